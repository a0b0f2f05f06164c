"""botocore's files of endpoints and service models, parsed once a process and not anew for each session of a test."""

from __future__ import annotations

from botocore.loaders import JSONFileLoader

_MERGED = "/cloudwatch/"  # what a session learns of newer members is merged into the parsed file


def remember():
    """Remember what each file holds from now on."""
    load, loaded = JSONFileLoader._load_file, {}

    def load_once(loader, path, open_method):
        if _MERGED in path:
            return load(loader, path, open_method)
        if path not in loaded:
            loaded[path] = load(loader, path, open_method)
        return loaded[path]

    JSONFileLoader._load_file = load_once
