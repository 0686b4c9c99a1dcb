// The outside clients with their clock ahead by STORY_DAYS days, as the product has it (tests/identity/later.py).
const ahead = Number(process.env.STORY_DAYS ?? 0) * 86_400_000
const Here = Date

if (ahead) {
  global.Date = class extends Here {
    constructor(...given) {
      if (given.length) super(...given)
      else super(Here.now() + ahead)
    }
    static now() {
      return Here.now() + ahead
    }
  }
}
