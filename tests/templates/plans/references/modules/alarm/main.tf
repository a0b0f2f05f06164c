variable "name" { type = string }
variable "metric" { type = string }
variable "topics" { type = list(string) }

resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name          = "alert-${var.name}"
  metric_name         = var.metric
  namespace           = "Alerts"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topics
}

output "arn" { value = aws_cloudwatch_metric_alarm.this.arn }
