"""Volume and speed: a company of 20,000 customers on PostgreSQL, and every page measured against its own floor."""
