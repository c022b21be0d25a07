namespace MGLMM.Simulation.Load;

/// <summary>Numbers from 0, of which the k-th comes with a probability like 1 / (k + 1)^exponent.</summary>
internal sealed class Zipf
{
    private readonly double[] _upTo;

    public Zipf(int count, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        _upTo = new double[count];
        double sum = 0;
        for (int number = 0; number < count; number++)
        {
            sum += Math.Pow(number + 1, -exponent);
            _upTo[number] = sum;
        }
    }

    public double ProbabilityOf(int number) => (_upTo[number] - (number > 0 ? _upTo[number - 1] : 0)) / _upTo[^1];

    public int Draw(Random random)
    {
        int found = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
        return Math.Min(found >= 0 ? found + 1 : ~found, _upTo.Length - 1);
    }
}
