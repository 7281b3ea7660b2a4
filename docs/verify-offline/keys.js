var KEYS = {"issuer": "", "keys": []};
