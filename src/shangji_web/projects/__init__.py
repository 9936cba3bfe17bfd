"""Projects on their way through the steps, and every act done on them."""
