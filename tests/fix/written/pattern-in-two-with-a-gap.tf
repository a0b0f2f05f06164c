# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#

# Create metric filter cis-monitoring-root-usage on log group CloudTrail/logs, which publishes CISBenchmark/RootUsage.
# mends: metric filter root-reads: none of the 2 metric filters for such events (it, root-usage) matches the missed event: ConsoleLogin of signin.amazonaws.com by Root in us-east-1
resource "aws_cloudwatch_log_metric_filter" "root_usage" {
  name           = "cis-monitoring-root-usage"
  log_group_name = "CloudTrail/logs"
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"

  metric_transformation {
    namespace = "CISBenchmark"
    name      = "RootUsage"
    value     = "1"
  }
}
