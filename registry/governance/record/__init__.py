"""The record of joint bodies: members, instruments, rules and decisions, each with its source."""
