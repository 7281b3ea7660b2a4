var LIST = null;
