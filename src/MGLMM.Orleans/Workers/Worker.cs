using System.Diagnostics.Metrics;
using System.Text.Json;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <summary>The model of this process and what is kept for it: one for each worker. Thread-safe; owns the model.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Meter _meter = new("MGLMM");
    private readonly string _card;
    private int _underWay;
    private volatile bool _isDraining;

    public Worker(IGroundingModel model, long pictureBytes)
    {
        Model = model;
        Id = ModelId.Of(model.Card);
        Pictures = new PictureMemory(pictureBytes);
        _card = JsonSerializer.Serialize(model.Card, typeof(ModelCard), GroundingJson.Options);
        _meter.CreateObservableGauge("mglmm.cluster.worker.questions", () => UnderWay, "{question}", "Questions that this worker answers or that wait with it.");
        _meter.CreateObservableCounter("mglmm.cluster.worker.pictures", () => Pictures.Received, "{picture}", "Pictures whose pixels were sent to this worker.");
    }

    public IGroundingModel Model { get; }

    public string Id { get; }

    public PictureMemory Pictures { get; }

    /// <summary>Questions that it answers or that wait with it.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Whether it takes no more questions; those under way end.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Counts a question until the result is disposed.</summary>
    /// <param name="others">How many others are under way at that very moment: of questions that come together each sees another number.</param>
    public IDisposable BeginQuestion(out int others) => new Question(this, out others);

    /// <summary>From now on it takes no more questions.</summary>
    public void Drain() => _isDraining = true;

    public WorkerReport Report(SiloAddress silo) => new(silo, Id, _card, UnderWay, IsDraining);

    public void Dispose()
    {
        _meter.Dispose();
        Model.Dispose();
    }

    private sealed class Question : IDisposable
    {
        private Worker? _worker;

        public Question(Worker worker, out int others)
        {
            _worker = worker;
            others = Interlocked.Increment(ref worker._underWay) - 1;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _worker, null) is { } worker)
            {
                Interlocked.Decrement(ref worker._underWay);
            }
        }
    }
}
