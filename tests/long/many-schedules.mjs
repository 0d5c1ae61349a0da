// Each kind of schedule, unless PROTOCOL_RUNS says otherwise.
process.env.PROTOCOL_RUNS ??= '20000';
