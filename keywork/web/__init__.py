"""What every page stands on: layout, form fields, filters, headers and error pages."""
