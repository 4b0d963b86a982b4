"""Open Referral HSDS 3.0: out as JSON and as a data package, in from any feed, and served."""
