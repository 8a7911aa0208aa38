"""The domain's codes in words, by domain: kind → code → English text marked for translation."""
