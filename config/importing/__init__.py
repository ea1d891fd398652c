"""The import of a company's old data: one reader per entity, CSV files with mapping files, all or nothing."""
