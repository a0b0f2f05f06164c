# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#

# Create alarm cis-monitoring-root-usage on metric CISBenchmark/RootUsage, which tells topic arn:aws:sns:us-east-1:123456789012:security-alerts.
# mends: alarm root-usage: it asks for datapoints in the unit Seconds, the filter root-usage publishes them in the unit None, so the alarm never sees one
resource "aws_cloudwatch_metric_alarm" "root_usage" {
  alarm_name          = "cis-monitoring-root-usage"
  alarm_description   = "Rings when somebody uses the root user (cloudwatch_alerting_root_usage)."
  namespace           = "CISBenchmark"
  metric_name         = "RootUsage"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:security-alerts"]
}
