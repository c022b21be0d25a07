using System.Globalization;
using System.Net;
using MGLMM.Orleans;
using MGLMM.Orleans.Pictures;
using MGLMM.Orleans.Workers;
using MGLMM.Simulation.Costs;
using Orleans.Runtime;

namespace MGLMM.Simulation.Machines;

/// <summary>Workers of one device each, and a gateway that sends questions to them as the real one does.</summary>
internal sealed class Cluster
{
    private const string Model = "simulated";

    /// <summary>What workers say of themselves is told each second.</summary>
    private const double ReportSeconds = 1;

    /// <summary>A picture that nobody asks about for so long is placed anew (<c>PictureGrain</c>'s age limit).</summary>
    private const double ForgetSeconds = 30 * 60;

    private readonly EventQueue _events;
    private readonly StageCosts _costs;
    private readonly Placement _placement;
    private readonly Device[] _devices;
    private readonly PictureCache[] _caches;
    private readonly WorkerReport[] _reports;
    private readonly Dictionary<(string Picture, int Copy), (int Worker, double Used)> _placed = [];
    private readonly HotPictures _asked;
    private readonly int _patience;
    private int _turn;

    /// <summary>Makes the workers.</summary>
    /// <param name="events">The course of things.</param>
    /// <param name="workers">How many.</param>
    /// <param name="costs">What each of them is.</param>
    /// <param name="atOnce">Answers that a device decodes together.</param>
    /// <param name="placement">Who says where a question goes.</param>
    /// <param name="cacheBytes">What a worker keeps; null takes what its memory leaves.</param>
    /// <param name="hotAfter"><see cref="ClusterModelOptions.HotAfter"/>; null takes its default.</param>
    /// <param name="eviction">What a full worker lets go.</param>
    public Cluster(EventQueue events, int workers, StageCosts costs, int atOnce, Placement placement, double? cacheBytes = null, int? hotAfter = null, Eviction eviction = Eviction.OldestPicture)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce, 1);
        (_events, _costs, _placement) = (events, costs, placement);
        _patience = hotAfter ?? new ClusterModelOptions().HotAfter;
        _asked = new HotPictures(_patience);
        _devices = [.. Enumerable.Range(0, workers).Select(_ => new Device(events, atOnce, costs.Step))];
        _caches = [.. _devices.Select(_ => new PictureCache(
            cacheBytes ?? costs.CacheBytes, StageCosts.EncodingBytes, StageCosts.BytesPerPosition * StageCosts.PicturePositions, eviction, isOld: true))];
        _reports = [.. _devices.Select((_, number) => new WorkerReport(
            SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 11111), 1), Model, "{}", 0, false))];
        Report();
    }

    public IReadOnlyList<Device> Devices => _devices;

    public int UnderWay => _devices.Sum(device => device.UnderWay);

    /// <summary>Asks, and says when it is answered and what of the picture was there.</summary>
    /// <param name="picture">Which picture.</param>
    /// <param name="tokens">Tokens of the answer.</param>
    /// <param name="masks">Masks of the answer.</param>
    /// <param name="done">Called when it is answered.</param>
    public void Ask(long picture, int tokens, int masks, Action<Found> done)
    {
        string hash = picture.ToString("x16", CultureInfo.InvariantCulture);
        int copy = _asked.Begin(hash, _devices.Length);
        int worker = WorkerFor(hash, copy);
        Found found = new(false, false);
        double masksSeconds = 0;
        _devices[worker].Take(new Job(tokens, () =>
        {
            _asked.End(hash, copy);
            done(found);
        })
        {
            Before = () =>
            {
                (bool encoded, bool grounded, bool state) = _caches[worker].Use(picture, masks > 0);
                found = new Found(encoded, state);
                masksSeconds = (masks * _costs.Mask) + (masks > 0 && !grounded ? _costs.Sam : 0);
                int positions = StageCosts.QuestionPositions + (state ? 0 : StageCosts.PicturePositions);
                return (encoded ? 0 : _costs.Clip) + (positions * _costs.PrefillPosition);
            },
            Behind = () => masksSeconds,
        });
    }

    /// <summary>The worker for a question about a copy of a picture.</summary>
    private int WorkerFor(string picture, int copy)
    {
        switch (_placement)
        {
            case Placement.Turns:
                return _turn++ % _devices.Length;
            case Placement.LeastBusy:
                int least = 0;
                int first = _turn++ % _devices.Length;
                for (int number = 0; number < _devices.Length; number++)
                {
                    int worker = (first + number) % _devices.Length;
                    least = number == 0 || _devices[worker].UnderWay < _devices[least].UnderWay ? worker : least;
                }

                return least;
            default:
                int place = PlaceOf(picture, copy);
                for (int move = 1; move <= ClusterImage.MovesOfCrowded && PictureDirector.IsCrowded(_devices[place].UnderWay, _reports, _patience); move++)
                {
                    place = PlaceOf(picture, copy + move);
                }

                return place;
        }
    }

    /// <summary>Where a copy of a picture is; one that is nowhere is placed.</summary>
    private int PlaceOf(string picture, int copy)
    {
        int place = _placed.TryGetValue((picture, copy), out (int Worker, double Used) placed) && _events.Now - placed.Used < ForgetSeconds
            ? placed.Worker
            : Number(PictureDirector.Choose(new PictureKey(Model, copy, picture), _reports));
        _placed[(picture, copy)] = (place, _events.Now);
        return place;
    }

    private static int Number(WorkerReport worker)
    {
        byte[] address = worker.Silo.Endpoint.Address.GetAddressBytes();
        return (address[2] << 8) | address[3];
    }

    private void Report()
    {
        for (int number = 0; number < _devices.Length; number++)
        {
            if (_reports[number].UnderWay != _devices[number].UnderWay)
            {
                _reports[number] = _reports[number] with { UnderWay = _devices[number].UnderWay };
            }
        }

        _events.After(ReportSeconds, Report);
    }
}

/// <summary>What of a picture its worker had when a question's turn came.</summary>
/// <param name="Encoded">The picture's tokens.</param>
/// <param name="State">Keys and values of its positions.</param>
internal readonly record struct Found(bool Encoded, bool State);
