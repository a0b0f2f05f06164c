"""Maps of alert paths: verdicts in, pictures out, for documents, wikis and browsers.

`drawing` says what is shown, `layout` where it stands; each writer makes a text of that.
"""

from prowler_cis_monitoring.picture.drawing import Answer, Drawing, drawing_of
from prowler_cis_monitoring.picture.fleet import Fleet
from prowler_cis_monitoring.picture.fleet_page import fleet_page
from prowler_cis_monitoring.picture.mermaid import mermaid
from prowler_cis_monitoring.picture.page import page
from prowler_cis_monitoring.picture.svg import svg

__all__ = ["Answer", "Drawing", "Fleet", "drawing_of", "fleet_page", "mermaid", "page", "svg"]
