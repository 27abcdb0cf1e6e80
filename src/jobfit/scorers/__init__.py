"""What scores a pair of texts: (candidate, vacancy) to a number, larger is better."""
