"""What the file system refuses, in words: where, what, and what to do."""

from __future__ import annotations

import errno

from prowler_cis_monitoring.foreign_text import harmless

_ANOTHER = "name another place"
_WAYS_OUT = {
    errno.EACCES: f"let this user read and write there, or {_ANOTHER}",
    errno.EPERM: f"let this user read and write there, or {_ANOTHER}",
    errno.EROFS: _ANOTHER,
    errno.ENOENT: f"make the folder first, or {_ANOTHER}",
    errno.ENOTDIR: f"what stands there is no folder; {_ANOTHER}",
    errno.EISDIR: f"a folder stands there; {_ANOTHER}",
    errno.EEXIST: f"remove what stands there, or {_ANOTHER}",
    errno.ELOOP: f"no link is followed there; remove it, or {_ANOTHER}",
    errno.ENOSPC: f"make room, or {_ANOTHER}",
    errno.EDQUOT: f"make room, or {_ANOTHER}",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def refusal(error: Exception, place: object = None) -> str:
    """Return one sentence on what could not be read or written.

    Args:
        error: of the file system; any other says itself what is wrong.
        place: where, as the user named it; None for what the error names.
    """
    if not isinstance(error, OSError):
        return str(error)
    named = error.filename if place is None else place
    where = "" if named is None else f"{harmless(str(named))}: "
    way_out = _WAYS_OUT.get(error.errno or 0)
    return f"{where}{error.strerror or error}{f'; {way_out}' if way_out else ''}"
