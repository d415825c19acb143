"""What every Greenroom service means by the same words: the domain, the events, the ports and their adapters."""
