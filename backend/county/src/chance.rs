//! Chance that can be repeated: a stream of numbers that depends on nothing but a seed and a label.
//!
//! The algorithm is part of the data: SHA-256 of seed and label fills the state of xoshiro256++
//! (Blackman and Vigna, 2019), and the distributions are written here, so that no update of a
//! library changes the county.

use sha2::{Digest, Sha256};

/// One stream of chance.
#[derive(Debug, Clone)]
pub struct Chance([u64; 4]);

impl Chance {
    /// The stream of a seed, of what it is for, and of a number among those.
    #[must_use]
    pub fn of(seed: u64, what: &str, number: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"hejie county 1\0");
        hash.update(seed.to_be_bytes());
        hash.update(what.as_bytes());
        hash.update([0]);
        hash.update(number.to_be_bytes());
        let bytes = hash.finalize();
        let mut state = [0; 4];
        for (word, part) in state.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = part
                .iter()
                .fold(0, |all, byte| (all << 8) | u64::from(*byte));
        }
        Self(state)
    }

    /// Sixty-four bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let out = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// Bytes, for ids.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for part in out.chunks_mut(8) {
            let bits = self.bits().to_be_bytes();
            part.copy_from_slice(&bits[..part.len()]);
        }
        out
    }

    /// From 0 up to, and without, 1.
    #[expect(clippy::cast_precision_loss, reason = "fifty-three bits fit exactly")]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.bits()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = usize::try_from(most.saturating_sub(least).saturating_add(1)).unwrap_or(1);
        least + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of these, of which there is at least one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// The place of one of these weights, each as often as it weighs.
    pub fn weighted(&mut self, weights: impl IntoIterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().into_iter().sum::<f64>();
        let mut last = 0;
        for (at, weight) in weights.into_iter().enumerate() {
            last = at;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Log-normal around a median.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// Gamma of this shape with mean 1 (Marsaglia and Tsang, 2000; for shapes from 1 on).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / shape;
            }
        }
    }

    /// Poisson of this mean (Knuth, in steps, so that large means do not underflow).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let (mut left, mut count, mut product) = (mean, 0, 1.0);
        loop {
            product *= 1.0 - self.unit();
            while product < 1.0 && left > 0.0 {
                let step = left.min(500.0);
                product *= step.exp();
                left -= step;
            }
            if product <= 1.0 {
                return count;
            }
            count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(mut draw: impl FnMut(&mut Chance) -> f64) -> f64 {
        let mut chance = Chance::of(7, "a test", 0);
        (0..40_000).map(|_| draw(&mut chance)).sum::<f64>() / 40_000.0
    }

    #[test]
    fn the_same_seed_and_label_give_the_same_numbers_for_ever() {
        let mut chance = Chance::of(20_250_620, "calls", 3);
        let first = [chance.bits(), chance.bits()];
        let mut again = Chance::of(20_250_620, "calls", 3);
        assert_eq!([again.bits(), again.bits()], first);
        assert_ne!(Chance::of(20_250_620, "calls", 4).bits(), first[0]);
        assert_ne!(Chance::of(20_250_621, "calls", 3).bits(), first[0]);
    }

    #[test]
    fn distributions_have_the_means_they_should_have() {
        assert!((mean(Chance::unit) - 0.5).abs() < 0.01);
        assert!(mean(Chance::normal).abs() < 0.02);
        assert!((mean(|c| c.gamma(20.0)) - 1.0).abs() < 0.01);
        assert!((mean(|c| f64::from(c.poisson(25.2))) - 25.2).abs() < 0.2);
        assert!((mean(|c| f64::from(c.poisson(1300.0))) - 1300.0).abs() < 1.5);
        assert!((mean(|c| c.log_normal(1.0, 0.8)) - 0.32_f64.exp()).abs() < 0.03);
        let heads = mean(|c| f64::from(u8::from(c.happens(0.3))));
        assert!((heads - 0.3).abs() < 0.01);
        let second = mean(|c| f64::from(u8::from(c.weighted([1.0, 3.0]) == 1)));
        assert!((second - 0.75).abs() < 0.01);
    }
}
