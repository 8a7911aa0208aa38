"""Who somebody is and what they may do, and the record of what they did."""
