"""What the tests need from the system: installed by apt where that is allowed, else named."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

OLDEST_JAVA = 17
# The first that this release of the system has.
JDK_PACKAGES = ("openjdk-17-jre-headless", "openjdk-21-jre-headless")


def need_jdk() -> str:
    """Make sure of a Java that Spark runs on; return what the person should know, or nothing."""
    if java_version() >= OLDEST_JAVA:
        return ""
    prefix = rights()
    if prefix is not None and shutil.which("apt-get"):
        print(f"· 没有 Java {OLDEST_JAVA} 以上，用 apt 安装（约 200 MB）", flush=True)
        if install(prefix, JDK_PACKAGES) and java_version() >= OLDEST_JAVA:
            return ""
    return (
        f"没有 Java {OLDEST_JAVA} 以上，Spark 测试将跳过。请自行安装后再运行：\n"
        f"    Debian、Ubuntu：   sudo apt-get install {JDK_PACKAGES[0]}\n"
        "    openEuler、麒麟：  sudo dnf install java-17-openjdk-headless"
    )


def java_version() -> int:
    """Return the major version of the Java that would run, 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    command = f"{home}/bin/java" if home else "java"
    try:
        result = subprocess.run(
            [command, "-version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(\d+)', result.stderr + result.stdout)
    return int(match[1]) if match and result.returncode == 0 else 0


def rights() -> list[str] | None:
    """Return the prefix that gives root's rights without a question, None where there is none."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo:
        asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return [sudo, "-n"]
    return None


def install(prefix: list[str], packages: tuple[str, ...]) -> bool:
    """Install the first of the packages that the system knows."""
    apt = [*prefix, "apt-get", "-q"]
    for refresh in (False, True):
        if refresh:
            subprocess.run([*apt, "update"], capture_output=True, check=False)
        for package in packages:
            result = subprocess.run(
                [*apt, "install", "-y", "--no-install-recommends", package],
                capture_output=True,
                check=False,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
            if result.returncode == 0:
                return True
    return False
