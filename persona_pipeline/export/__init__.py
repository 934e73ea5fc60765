"""What leaves the warehouse: preference pairs in the formats that trainers and existing users read."""
