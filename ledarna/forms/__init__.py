"""Forms of the site's own pages: what was typed becomes facts, or sentences at the fields."""
