"""Small repositories made by git itself, for tests of the way in through git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from cai_assets.intake.git.source import GitSource
from cai_assets_tests.edt import EdtProject

_WHO = {
    "GIT_AUTHOR_NAME": "Мария Иванова",
    "GIT_AUTHOR_EMAIL": "maria@example.com",
    "GIT_COMMITTER_NAME": "ci",
    "GIT_COMMITTER_EMAIL": "ci@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Repository:
    """A repository with a work tree, whose folder `src` holds a configuration."""

    def __init__(self, root: Path, branch: str = "main", folder: str = "src") -> None:
        self.root = root
        self.folder = folder
        root.mkdir(parents=True)
        self.git("init", "--quiet", f"--initial-branch={branch}")
        EdtProject(root / folder, "Trade").common_module("Продажи", "// 0\n")

    def git(self, *arguments: str) -> str:
        """Run git in the work tree."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **_WHO},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Write a file of the work tree."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")

    def commit(self, message: str = "change", text: str | None = None) -> str:
        """Commit everything, the module of the configuration with a new text if one is given."""
        if text is not None:
            self.write(f"{self.folder}/src/CommonModules/Продажи/Module.bsl", text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def source(self, folder: str | None = None, branch: str = "main") -> GitSource:
        """The source that watches this repository."""
        return GitSource(self.root.as_uri(), branch, self.folder if folder is None else folder)
