"""What is installed is read once a process and not anew for each session of a test: botocore's files of endpoints and
service models, which of them there are, and the entry points of all packages.
"""

from __future__ import annotations

import functools
import importlib.metadata

from botocore.loaders import JSONFileLoader, Loader

_MERGED = "/cloudwatch/"  # what a session learns of newer members is merged into the parsed file


class ReadAnew(JSONFileLoader):
    """Reads files and keeps nothing: for the models of all services, which would fill the memory."""

    _load_file = JSONFileLoader._load_file


def remember():
    """Remember from now on what each file holds, and which there are."""
    _remember_files()
    _remember_services()
    _remember_entry_points()


def _remember_files():
    load, loaded = JSONFileLoader._load_file, {}

    def load_once(loader, path, open_method):
        if _MERGED in path:
            return load(loader, path, open_method)
        if path not in loaded:
            loaded[path] = load(loader, path, open_method)
        return loaded[path]

    JSONFileLoader._load_file = load_once


def _remember_services():
    look, seen = Loader.list_available_services, {}

    @functools.wraps(look)
    def look_once(loader, type_name):
        key = (*loader.search_paths, type_name)
        if key not in seen:
            seen[key] = look(loader, type_name)
        return list(seen[key])

    Loader.list_available_services = look_once


def _remember_entry_points():
    read = functools.cache(importlib.metadata.entry_points)

    @functools.wraps(read)
    def read_once(**wanted):
        return read().select(**wanted)

    importlib.metadata.entry_points = read_once
