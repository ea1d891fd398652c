"""Backup and restore as one thing: the database, the files, and a manifest that proves both; never half of it unnoticed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kernel import clock, dumps
from kernel.dumps import Broken, Facts

FORMAT = 1
MANIFEST, FILES = "manifest.json", "files.tar"
# Rows that a company in use has, and a database that was only migrated has not.
SIGNS_OF_USE = ("organization_user", "kernel_statechange", "kernel_auditseal")


def make(target: Path) -> dict[str, Any]:
    """Write a backup under a name that does not exist yet; raises Broken, and then leaves nothing.

    Database first, then files: a file without its row is harmless, a row without its file is not. All is written under a
    temporary name, read through again, and renamed at the end: what stands under its name is whole.
    """
    if target.exists():
        raise Broken(f"{target} exists: every backup has a name of its own")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.with_name(f".{target.name}.unfinished-{os.getpid()}")
    folder.mkdir(mode=0o700)
    try:
        database = dumps.kind()
        facts = database.dump(folder / database.part)
        names = _pack(folder / FILES)
        manifest = _manifest(folder, database.part, facts, names)
        _write(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
        if problems := verify(folder):
            raise Broken("; ".join(problems))
        os.rename(folder, target)
        _sync(target.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest


def verify(source: Path) -> list[str]:
    """What is wrong with a backup, in words; reads all of it and touches neither database nor files."""
    manifest = read(source)
    problems = [
        f"{name} is not what was written (its sha256 differs)"
        for name, part in manifest["parts"].items()
        if not (source / name).is_file() or _sum(source / name) != part["sha256"]
    ]
    if problems:
        return problems
    if manifest["database"] == connections["default"].vendor:
        kind = dumps.kind()
        problems += _differences(manifest["rows"], kind.counted(source / kind.part))
    with tarfile.open(source / FILES) as archive:
        count = sum(member.isfile() for member in archive)
    if count != manifest["files"]:
        problems.append(f"{FILES} holds {count} files instead of {manifest['files']}")
    return problems


def read(source: Path) -> dict[str, Any]:
    """The manifest of a backup; raises Broken where there is none that this version can read."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        needed = {"format", "database", "parts", "rows", "head", "migrations", "files"}
        if not needed <= set(manifest) or manifest["format"] != FORMAT:
            raise ValueError(f"it is not of format {FORMAT}")
    except (OSError, ValueError, TypeError) as error:
        raise Broken(f"{source} is no backup: {error}") from error
    return manifest


def restore(source: Path, *, into_empty: bool = False) -> dict[str, Any]:
    """Put a backup into an empty installation; raises Broken before anything is touched, or leaves the note of `unfinished`.

    Empty means no tables and no files; with `into_empty` tables that migrate made are let go, as long as nobody has worked
    in them. The caller migrates, verifies the audit chain and calls `finish`.
    """
    manifest = read(source)
    _refuse(source, manifest, into_empty)
    _write(note(), f"{source} is being restored since {clock.now():%Y-%m-%d %H:%M:%S}Z and has not ended well.\n")
    files = _unpack(source / FILES)
    facts = dumps.kind().load(source / dumps.kind().part)
    problems = _differences(manifest["rows"], facts.rows)
    if facts.head != manifest["head"]:
        problems.append(f"the audit chain ends at {facts.head} instead of {manifest['head']}")
    if files != manifest["files"]:
        problems.append(f"{files} files instead of {manifest['files']}")
    if problems:
        raise Broken("; ".join(problems))
    return manifest


def note() -> Path:
    """The file that stands while a restore is under way: where it stands, Bylaw does not start."""
    return Path(settings.VAR_DIR) / "restore-unfinished"


def finish() -> None:
    """The restore is proved: Bylaw may start."""
    note().unlink(missing_ok=True)


def unfinished() -> str:
    """What the note of an unfinished restore says; empty where there is none."""
    return note().read_text(encoding="utf-8").strip() if note().exists() else ""


def _refuse(source: Path, manifest: dict[str, Any], into_empty: bool) -> None:
    vendor = connections["default"].vendor
    if manifest["database"] != vendor:
        raise Broken(f"the backup is of {manifest['database']}, this installation uses {vendor}")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    apps = {name.split(".")[0] for name in known}
    if newer := [m for m in manifest["migrations"] if m not in known and m.split(".")[0] in apps]:
        raise Broken(f"the backup is of a newer version ({newer[-1]}): update first")
    if problems := verify(source):
        raise Broken("; ".join(problems))
    if unfinished():  # what is there is what an earlier restore left: it was empty when that began
        return
    if in_use := _in_use(into_empty):
        raise Broken(f"this installation is not empty: {in_use}")


def _in_use(into_empty: bool) -> str:
    files = Path(settings.MEDIA_ROOT)
    if files.exists() and any(files.rglob("*")):
        return f"there are files in {files}"
    connection = connections["default"]
    tables = set(connection.introspection.table_names())
    if tables and not into_empty:
        return "there are tables in the database (--into-empty lets a migrated database go in which nobody has worked)"
    for table in (name for name in SIGNS_OF_USE if name in tables):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # noqa: S608  (our own tables)
            if cursor.fetchone():
                return f"there are rows in {table}"
    return ""


def _manifest(folder: Path, part: str, facts: Facts, names: set[str]) -> dict[str, Any]:
    parts = {name: {"sha256": _sum(folder / name), "bytes": (folder / name).stat().st_size} for name in (part, FILES)}
    return {
        "format": FORMAT,
        "made_at": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "database": connections["default"].vendor,
        "parts": parts,
        "rows": facts.rows,
        "head": facts.head,
        "migrations": facts.migrations,
        "files": len(names),
        "missing_files": sorted(facts.files - names),
    }


def _pack(to: Path) -> set[str]:
    """The files as an archive; what is deleted meanwhile (a list past its time) is passed over. Returns their names."""
    root, names = Path(settings.MEDIA_ROOT), set()
    with tarfile.open(to, "w") as archive:
        for path in sorted(root.rglob("*")) if root.exists() else []:
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or not path.is_file():
                continue
            try:
                archive.add(path, arcname=name, recursive=False)
            except FileNotFoundError:
                continue
            names.add(name)
    os.chmod(to, 0o600)
    return names


def _unpack(archive_path: Path) -> int:
    """Lay the files where they belong; a name that leads out of the folder is refused. Returns how many."""
    root = Path(settings.MEDIA_ROOT).resolve()
    root.mkdir(parents=True, exist_ok=True)
    count = 0
    with tarfile.open(archive_path) as archive:
        for member in archive:
            target = (root / member.name).resolve()
            content = archive.extractfile(member) if member.isfile() else None
            if content is None or root not in target.parents:
                raise Broken(f"{FILES} holds {member.name!r}, which is no file of ours")
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
            os.chmod(target, settings.FILE_UPLOAD_PERMISSIONS)
            count += 1
    return count


def _differences(wanted: dict[str, int], found: dict[str, int]) -> list[str]:
    return [
        f"{table}: {found.get(table, 'no')} rows instead of {wanted.get(table, 'none')}"
        for table in sorted({*wanted, *found})
        if wanted.get(table) != found.get(table)
    ]


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
