// Every name below localhost is this machine, as in browsers (RFC 6761 §6.3); the system's resolver may not know that.
const dns = require('node:dns')
const lookup = dns.lookup
dns.lookup = (name, options, done) => {
  const here = name.endsWith('.localhost') ? '127.0.0.1' : name
  return lookup(here, options, done)
}
