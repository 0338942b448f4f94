"""The exchange's public REST API: live numbers and a record of prices. The only code that calls it."""
