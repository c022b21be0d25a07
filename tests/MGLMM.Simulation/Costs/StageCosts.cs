namespace MGLMM.Simulation.Costs;

/// <summary>
/// What each stage of an answer takes on one device, in seconds, for a 7 B model (LLaMA 32 x 4096, CLIP L/14 at 336 px, SAM ViT-H at 1024 px). All numbers that go into
/// the simulation's times and memory are here and in <see cref="Hardware"/>.
/// </summary>
internal sealed record StageCosts
{
    /// <summary>Positions of a prompt that are the picture's and come first: a picture of 24 x 24 patches, the system's words (measured: 676 in all on a first question).</summary>
    public const int PicturePositions = 676;

    /// <summary>Positions that a question adds behind what is kept (measured: 109 of 785 on a follow-up).</summary>
    public const int QuestionPositions = 109;

    /// <summary>Parameters of the language model: 32 layers of 4096 and 11008, and two tables of 32,007 words.</summary>
    private const double Parameters = 6.74e9;

    /// <summary>Operations of CLIP L/14 over 577 positions: two for each of 304 million parameters, and attention.</summary>
    private const double ClipOperations = 0.38e12;

    /// <summary>Operations of SAM's ViT-H over 4096 positions, as its authors count them (2,973 billion multiplications with additions).</summary>
    private const double SamOperations = 5.95e12;

    /// <summary>Operations of one mask: 28 ms of a machine of 178 GFLOP/s are no more than this.</summary>
    private const double MaskOperations = 5e9;

    /// <summary>Keys and values of one position in fp16: 32 layers, two of 4096.</summary>
    public const double BytesPerPosition = 2.0 * 32 * 4096 * 2;

    /// <summary>Encoded picture in fp32 as it is kept: 576 x 4096 and 256 x 64 x 64.</summary>
    public const double EncodingBytes = ((576.0 * 4096) + (256 * 64 * 64)) * 4;

    /// <summary>Weights of all graphs in fp16, and 2 GB to work in: what the cache does not get.</summary>
    private const double ResidentGigabytes = ((Parameters + 0.30e9 + 0.64e9) * 2 / 1e9) + 2;

    public required string Name { get; init; }

    /// <summary>The encoder of the language model's picture.</summary>
    public required double Clip { get; init; }

    /// <summary>The grounding encoder: once for each picture of which a mask is wanted.</summary>
    public required double Sam { get; init; }

    /// <summary>One position of a prompt that is not kept.</summary>
    public required double PrefillPosition { get; init; }

    /// <summary>One step of decoding for one answer.</summary>
    public required double Token { get; init; }

    /// <summary>What each further answer of the same step adds.</summary>
    public required double FurtherToken { get; init; }

    public required double Mask { get; init; }

    /// <summary>Bytes that a worker has for what it keeps of pictures.</summary>
    public required double CacheBytes { get; init; }

    public required double PricePerHour { get; init; }

    /// <summary>Two cores with AVX512 and VNNI, int4 with int8 activations: measured (docs/full-size.md).</summary>
    public static StageCosts MeasuredCpu { get; } = new()
    {
        Name = "2 CPU cores, int4 (measured)",
        Clip = 3.6,
        Sam = 42.6,
        PrefillPosition = 66.3 / 676,
        Token = 0.264,
        FurtherToken = (0.360 - 0.264) / 3,
        Mask = 0.028,
        CacheBytes = 8e9,
        PricePerHour = 0.1,
    };

    /// <summary>A GPU by its data sheet: decoding reads every weight, the rest is arithmetic. Nothing of it was measured.</summary>
    public static StageCosts Of(Hardware hardware)
    {
        double flops = hardware.Teraflops * 1e12 * hardware.ArithmeticShare;
        double bytes = hardware.TerabytesPerSecond * 1e12 * hardware.BandwidthShare;
        double keys = BytesPerPosition * (PicturePositions + QuestionPositions) / bytes;
        return new StageCosts
        {
            Name = hardware.Name,
            Clip = ClipOperations / flops,
            Sam = SamOperations / flops,
            PrefillPosition = 2 * Parameters / flops,
            Token = (Parameters * 2 / bytes) + keys,
            FurtherToken = Math.Max(keys, 2 * Parameters / flops),
            Mask = Math.Max(hardware.LeastRunSeconds, MaskOperations / flops),
            CacheBytes = (hardware.MemoryGigabytes - ResidentGigabytes) * 1e9,
            PricePerHour = hardware.PricePerHour,
        };
    }

    /// <summary>A step of decoding over so many answers.</summary>
    public double Step(int answers) => Token + ((answers - 1) * FurtherToken);
}
