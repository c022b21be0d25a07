namespace MGLMM.Simulation.Machines;

/// <summary>A question on a device.</summary>
/// <param name="Tokens">Steps of decoding.</param>
/// <param name="Done">Called when it is answered.</param>
internal sealed record Job(double Tokens, Action Done)
{
    /// <summary>What comes before decoding, asked when the device begins with it: what is kept then need not be computed.</summary>
    public Func<double> Before { get; init; } = () => 0;

    /// <summary>What comes behind it, asked when decoding has ended.</summary>
    public Func<double> Behind { get; init; } = () => 0;
}
