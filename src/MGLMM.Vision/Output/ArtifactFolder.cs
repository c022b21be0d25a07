using System.Globalization;
using System.Security.Cryptography;

namespace MGLMM.Vision.Output;

/// <summary>Writes files into a folder of the host. Nothing there is ever replaced, and no file is ever seen half written.</summary>
internal static class ArtifactFolder
{
    /// <summary>Numbers that are tried before a name that nobody else comes upon.</summary>
    private const int LastNumber = 9;

    private const int MostNames = 100;
    private const int LettersOfName = 10;

    // Without vowels and without what looks like something else.
    private const string Letters = "23456789bcdfghjkmnpqrstvwxz";

    /// <summary>
    /// Writes a file under a name that is free: the wanted one, with <c>-2</c> to <c>-9</c> before its extension, or with ten letters drawn by lot. However
    /// many files of that name there are, ten names are looked up.
    /// </summary>
    /// <param name="folder">A full path; made where it is not there.</param>
    /// <param name="fileName">The wanted name, without a path.</param>
    /// <param name="content">The bytes.</param>
    /// <returns>The name that was taken.</returns>
    /// <exception cref="IOException">The file could not be written; nothing is left of it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to; nothing is left of the file.</exception>
    public static string Write(string folder, string fileName, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $".{fileName}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
            }

            return Publish(folder, fileName, temporary);
        }
        finally
        {
            // Gone already where it was moved.
            File.Delete(temporary);
        }
    }

    private static string Publish(string folder, string fileName, string temporary)
    {
        for (int number = 1; ; number++)
        {
            string name = number switch
            {
                1 => fileName,
                <= LastNumber => With(fileName, number.ToString(CultureInfo.InvariantCulture)),
                _ => With(fileName, RandomNumberGenerator.GetString(Letters, LettersOfName)),
            };
            string target = Path.Combine(folder, name);
            string claimed = Path.Combine(folder, $".{name}.claim");
            if (number < MostNames && Path.Exists(target))
            {
                continue;
            }

            try
            {
                // A move looks whether the target is there and then renames: of two at once, both may find it free, and one file would be lost.
                // Only creating a file decides between them.
                using FileStream claim = new(claimed, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
                File.Move(temporary, target, overwrite: false);
                return name;
            }
            catch (IOException) when (number < MostNames && (Path.Exists(claimed) || Path.Exists(target)))
            {
                // Somebody is about to have that name, or has it by now (in this order: who drops the claim has the name); the next may be free.
            }
        }
    }

    private static string With(string fileName, string what) => $"{Path.GetFileNameWithoutExtension(fileName)}-{what}{Path.GetExtension(fileName)}";
}
