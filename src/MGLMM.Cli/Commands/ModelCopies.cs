using MGLMM.Cli.Output;
using MGLMM.Runtime;

namespace MGLMM.Cli.Commands;

/// <summary>
/// Loads a model several times. The runs of one loaded model take turns, and a small model gains little from several threads in a run;
/// copies with a share of the cores each answer more questions in a second.
/// </summary>
internal static class ModelCopies
{
    /// <summary>A bundle of at most so many bytes is copied without being asked.</summary>
    private const long SmallBundle = 64L << 20;

    private const int MostByDefault = 8;

    /// <summary>A small model's image cache: each copy works on one picture at a time, and looking after many old ones would cost more than it saves.</summary>
    private const long SmallCache = 16L << 20;

    /// <summary>Loads the copies; the caller disposes them.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="copies">Null decides by the bundle's size.</param>
    /// <param name="threads">Threads of each copy; 0 gives each its share of the cores.</param>
    /// <param name="cancellationToken">Observed between the copies.</param>
    public static async Task<IReadOnlyList<MglmmModel>> LoadAsync(string folder, int? copies, int threads, CancellationToken cancellationToken)
    {
        if (copies is < 1)
        {
            throw new ArgumentException($"--parallel is {copies}; it must be at least 1.");
        }

        bool small = IsSmall(folder);
        int count = copies ?? (small ? Math.Min(Environment.ProcessorCount, MostByDefault) : 1);
        List<MglmmModel> models = new(count);
        using WarningLogger notes = new(Console.Error);
        try
        {
            for (int index = 0; index < count; index++)
            {
                ModelOptions options = new()
                {
                    Threads = threads != 0 || count == 1 ? threads : Math.Max(1, Environment.ProcessorCount / count),
                    ImageCacheBytes = small ? SmallCache : null,
                    VerifyHashes = index == 0,
                };

                // What is to be said of one copy is said once.
                models.Add(await MglmmModel.LoadAsync(folder, options, index == 0 ? notes : null, cancellationToken).ConfigureAwait(false));
            }

            return models;
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
    }

    private static bool IsSmall(string folder) =>
        Directory.Exists(folder) && new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) <= SmallBundle;
}
