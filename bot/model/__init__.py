"""The nouns, in the terms of Open Referral HSDS where it has one. Imports nothing of ours."""
