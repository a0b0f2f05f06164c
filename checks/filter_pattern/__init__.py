"""The filter-pattern language of CloudWatch Logs: parse it, match events, decide coverage. Knows nothing of AWS calls or Prowler."""

from prowler_cis_monitoring.filter_pattern.pattern import EVERYTHING, NOTHING, FilterPattern, all_of, any_of, parse, without
from prowler_cis_monitoring.filter_pattern.syntax import FilterPatternError

__all__ = ["EVERYTHING", "NOTHING", "FilterPattern", "FilterPatternError", "all_of", "any_of", "parse", "without"]
