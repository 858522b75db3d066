// The paths that are measured.
const rttMs = 100;
const rateMbit = 200;
/** What people have: a program does not choose its congestion control. */
export const congestionControl = "cubic";

export const pathFact = `${rateMbit} Mbit/s, ${rttMs} ms round trip, ${congestionControl} on both hosts`;

export const bytesPerSecond = (rateMbit * 1e6) / 8;

/** @returns the options of one path, see slow-wire.mjs; its random numbers differ from round to round, for all alike */
export function pathOptions(lossPercent, round, limitSeconds) {
  return {
    rtt: rttMs,
    rate: rateMbit,
    loss: lossPercent,
    cc: congestionControl,
    seed: round + 1,
    limit: limitSeconds,
  };
}

export function lossName(lossPercent) {
  return lossPercent === 0 ? "no loss" : `${lossPercent} %`;
}

export function mbitPerSecond(bytes, seconds) {
  return (bytes * 8) / 1e6 / seconds;
}
