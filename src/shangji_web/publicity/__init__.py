"""What the public reads after 批复."""
