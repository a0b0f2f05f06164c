"""The languages in which AWS resources on an alert path are written: one module a language, pure."""
