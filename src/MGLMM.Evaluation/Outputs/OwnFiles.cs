using System.Text;

namespace MGLMM.Evaluation.Outputs;

/// <summary>Tells files that an evaluation wrote from those of others, which are never replaced.</summary>
internal static class OwnFiles
{
    /// <summary>What every file of truths says that it holds, in <c>info.description</c>: by this it is known again.</summary>
    public const string Description = "SegCap samples; every sample is an image of its own.";

    private static readonly byte[] Begin = Encoding.UTF8.GetBytes($"{{\"info\":{{\"description\":\"{Description}\"}}");

    /// <summary>Whether a file is truth that an evaluation wrote: <see cref="Description"/> is all that it says first. (An export says more there.)</summary>
    public static bool IsTruth(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        byte[] begin = new byte[Begin.Length];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin.AsSpan().SequenceEqual(Begin);
    }

    /// <summary>Refuses what is there and was written by somebody else.</summary>
    /// <param name="path">A file that is to be written, or a folder that it is to be written into.</param>
    /// <param name="isOwn">Whether an evaluation wrote what is there.</param>
    /// <exception cref="ArgumentException">It may not be replaced.</exception>
    public static void Check(string path, Func<string, bool> isOwn)
    {
        if (Path.Exists(path) && !isOwn(path))
        {
            throw new ArgumentException($"'{path}' is there already, and is not known to be of an earlier evaluation: it is not replaced. Name another folder, or move it away.");
        }
    }
}
