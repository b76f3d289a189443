//! A reference for an implementation of one's own: value and gradient of the focal loss with class weights (Lin et al.
//! 2017), beside central differences.
//!
//! ```sh
//! cargo run --no-default-features --example check_gradient
//! ```

use std::error::Error;

use longtail_lab::loss::{Head, Loss};

fn main() -> Result<(), Box<dyn Error>> {
    let loss = Loss::new(Head::Softmax, 2.0, None)?;
    let (logits, label, class_weights) = ([2.0, -1.0, 0.5], 2, [0.4, 0.8, 1.8]);

    let mut gradient = [0.0; 3];
    let value = class_weights[label] * loss.value_and_gradient(&logits, label, &mut gradient);
    println!("loss {value:.15}");

    let value_at = |idx: usize, step: f64| {
        let mut moved = logits;
        moved[idx] += step;
        class_weights[label] * loss.value_and_gradient(&moved, label, &mut [0.0; 3])
    };
    let step = 1e-5;
    for (idx, slope) in gradient.iter().enumerate() {
        let exact = class_weights[label] * slope;
        let difference = (value_at(idx, step) - value_at(idx, -step)) / (2.0 * step);
        println!("d loss / d z_{idx} {exact:+.12}   central difference {difference:+.12}");
        if (exact - difference).abs() > 1e-8 {
            return Err(format!("the gradient of logit {idx} is off by {:e}", exact - difference).into());
        }
    }
    Ok(())
}
