"""Tables to Plotly figures: no Streamlit, no colours of their own (the theme decides)."""
