# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#

# Create metric filter cis-monitoring-root-usage on log group CloudTrail/logs, which publishes CISMonitoring/RootUsage.
# mends: alarm root-usage: its dimensions let it see only events that match { $.userIdentity.type = "IAMUser" }; missed event: ConsoleLogin of signin.amazonaws.com by Root in us-east-1
resource "aws_cloudwatch_log_metric_filter" "root_usage" {
  name           = "cis-monitoring-root-usage"
  log_group_name = "CloudTrail/logs"
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"

  metric_transformation {
    namespace = "CISMonitoring"
    name      = "RootUsage"
    value     = "1"
  }
}

# Create alarm cis-monitoring-root-usage on metric CISMonitoring/RootUsage, which tells topic arn:aws:sns:us-east-1:123456789012:security-alerts.
# mends: alarm root-usage: its dimensions let it see only events that match { $.userIdentity.type = "IAMUser" }; missed event: ConsoleLogin of signin.amazonaws.com by Root in us-east-1
resource "aws_cloudwatch_metric_alarm" "root_usage" {
  alarm_name          = "cis-monitoring-root-usage"
  alarm_description   = "Rings when somebody uses the root user (cloudwatch_alerting_root_usage)."
  namespace           = "CISMonitoring"
  metric_name         = "RootUsage"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:security-alerts"]
}
