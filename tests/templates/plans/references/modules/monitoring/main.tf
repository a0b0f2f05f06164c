variable "log_group" { type = string }
variable "topic" { type = string }
variable "patterns" { type = map(string) }

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each       = var.patterns
  name           = each.key
  log_group_name = var.log_group
  pattern        = each.value
  metric_transformation {
    name      = each.key
    namespace = "Alerts"
    value     = "1"
  }
}

module "alarm" {
  source   = "../alarm"
  for_each = var.patterns
  name     = each.key
  metric   = aws_cloudwatch_log_metric_filter.this[each.key].id
  topics   = [var.topic]
}

output "alarms" { value = { for name, alarm in module.alarm : name => alarm.arn } }
