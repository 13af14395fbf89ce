"""Everything kept between runs. The only package that speaks SQL."""
