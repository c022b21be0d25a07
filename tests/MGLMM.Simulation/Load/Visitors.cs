using MGLMM.Simulation.Machines;

namespace MGLMM.Simulation.Load;

/// <summary>People who come, show pictures, ask, read the answer and ask again.</summary>
internal sealed class Visitors
{
    private const long Viral = -1;

    private readonly EventQueue _events;
    private readonly Cluster _cluster;
    private readonly LoadModel _load;
    private readonly Random _random;
    private readonly Zipf _shared;
    private readonly double _between;
    private readonly List<double> _times = [];
    private double _watchedFrom = double.PositiveInfinity;
    private long _own;
    private int _encoded;
    private int _state;

    public Visitors(EventQueue events, Cluster cluster, LoadModel load, double sessionsPerSecond, int seed)
    {
        (_events, _cluster, _load, _random) = (events, cluster, load, new Random(seed));
        _shared = new Zipf(load.SharedPictures, load.Exponent);
        _own = load.SharedPictures;
        _between = 1 / sessionsPerSecond;
        _events.After(_random.Exponential(_between), Come);
    }

    /// <summary>Counts the questions from now on.</summary>
    public void Watch() => _watchedFrom = _events.Now;

    public Outcome Outcome(double seconds)
    {
        double[] sorted = [.. _times.Order()];
        return new Outcome
        {
            Questions = sorted.Length,
            QuestionsPerSecond = sorted.Length / seconds,
            MeanSeconds = sorted.Length == 0 ? double.NaN : sorted.Average(),
            Median = Simulation.Outcome.Percentile(sorted, 0.5),
            Percentile99 = Simulation.Outcome.Percentile(sorted, 0.99),
            Encoded = (double)_encoded / sorted.Length,
            State = (double)_state / sorted.Length,
        };
    }

    private void Come()
    {
        _events.After(_random.Exponential(_between), Come);
        Show(_random.Geometric(_load.PicturesPerSession));
    }

    private void Show(int pictures)
    {
        if (pictures > 0)
        {
            Ask(Picture(), _random.Geometric(_load.QuestionsPerPicture), pictures);
        }
    }

    private void Ask(long picture, int questions, int pictures)
    {
        int masks = _random.NextDouble() < _load.MaskShare ? _random.Geometric(_load.MasksPerAnswer) : 0;
        double asked = _events.Now;
        _cluster.Ask(picture, _random.Geometric(_load.TokensPerAnswer), masks, found =>
        {
            if (asked >= _watchedFrom)
            {
                _times.Add(_events.Now - asked);
                _encoded += found.Encoded ? 1 : 0;
                _state += found.State ? 1 : 0;
            }

            double thinks = _random.Exponential(_load.ThinkSeconds);
            _events.After(thinks, questions > 1 ? () => Ask(picture, questions - 1, pictures) : () => Show(pictures - 1));
        });
    }

    private long Picture()
    {
        double kind = _random.NextDouble();
        return kind < _load.ViralShare ? Viral : kind < _load.ViralShare + _load.SharedShare ? _shared.Draw(_random) : _own++;
    }
}
