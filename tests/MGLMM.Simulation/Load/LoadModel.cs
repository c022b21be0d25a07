namespace MGLMM.Simulation.Load;

/// <summary>Who asks what, and when. All of it is assumed, except the length of an answer.</summary>
internal sealed record LoadModel
{
    /// <summary>Share of a day's sessions that begin in each hour: nights are quiet, evenings busy.</summary>
    private static readonly double[] Hours = [1.6, 1.0, 0.7, 0.6, 0.6, 0.9, 1.7, 2.9, 4.2, 5.1, 5.5, 5.6, 5.4, 5.3, 5.3, 5.3, 5.4, 5.6, 6.0, 6.6, 7.0, 6.8, 5.9, 4.0];

    public double SessionsPerUserAndDay { get; init; } = 1;

    /// <summary>Pictures of a session, at least one.</summary>
    public double PicturesPerSession { get; init; } = 1.5;

    /// <summary>Questions about one picture in a row, at least one.</summary>
    public double QuestionsPerPicture { get; init; } = 4;

    /// <summary>Seconds between an answer and the next question.</summary>
    public double ThinkSeconds { get; init; } = 25;

    /// <summary>Share of pictures that others ask about too: of a product, of the news, of a shared folder.</summary>
    public double SharedShare { get; init; } = 0.2;

    /// <summary>How many pictures are shared.</summary>
    public int SharedPictures { get; init; } = 100_000;

    /// <summary>How much more the first of them are asked about (Zipf).</summary>
    public double Exponent { get; init; } = 0.9;

    /// <summary>Share of all pictures that are one and the same: one that everybody talks about.</summary>
    public double ViralShare { get; init; }

    /// <summary>Tokens of an answer, measured on the embedded model over all kinds of questions (README).</summary>
    public double TokensPerAnswer { get; init; } = 33;

    /// <summary>Share of questions that want masks.</summary>
    public double MaskShare { get; init; } = 0.8;

    /// <summary>Masks of an answer that has any, at least one.</summary>
    public double MasksPerAnswer { get; init; } = 3;

    public double QuestionsPerSession => PicturesPerSession * QuestionsPerPicture;

    /// <summary>The busiest hour.</summary>
    public static int PeakHour => Array.IndexOf(Hours, Hours.Max());

    /// <summary>How much busier an hour is than the day is on average.</summary>
    public static double HourFactor(int hour) => Hours[hour] * Hours.Length / Hours.Sum();

    /// <summary>Questions in a second of an hour.</summary>
    public double QuestionsPerSecond(double users, int hour) => users * SessionsPerUserAndDay * QuestionsPerSession / 86_400 * HourFactor(hour);
}
