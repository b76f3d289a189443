//! Class weights from class counts: effective number (Cui et al. 2019) beside inverse frequency.
//!
//! ```sh
//! cargo run --no-default-features --example weights_from_counts
//! ```

use std::error::Error;

use longtail_lab::{
    distribution::ClassCounts,
    weighting::{Normalisation, Scheme, class_weights, effective_number},
};

fn main() -> Result<(), Box<dyn Error>> {
    let beta = 0.999;
    let counts = ClassCounts::new(vec![5000, 500, 50])?;
    let of_scheme = |scheme| class_weights(&counts, scheme, Normalisation::MeanSampleWeightOne);
    let effective = of_scheme(Scheme::effective_number(beta)?);
    let inverse = of_scheme(Scheme::InverseFrequency);

    println!("Mean sample weight one: the weights of all samples add up to their number.");
    println!("{:>6} {:>10} {:>18} {:>18}", "n", "E_n", "effective number", "inverse frequency");
    for (idx, &n) in counts.as_slice().iter().enumerate() {
        let e_n = effective_number(beta, n);
        println!("{n:>6} {e_n:>10.2} {:>18.6} {:>18.6}", effective[idx], inverse[idx]);
    }
    Ok(())
}
