"""Figures for funders and auditors: pure functions of rows and a reference date, every figure with its definition."""
