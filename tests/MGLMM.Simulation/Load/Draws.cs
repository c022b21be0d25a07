namespace MGLMM.Simulation.Load;

/// <summary>What the load is drawn from.</summary>
internal static class Draws
{
    public static double Exponential(this Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());

    /// <summary>1 or more, with a mean.</summary>
    public static int Geometric(this Random random, double mean) =>
        mean <= 1 ? 1 : 1 + (int)Math.Floor(Math.Log(1 - random.NextDouble()) / Math.Log(1 - (1 / mean)));
}
