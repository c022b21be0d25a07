using System.Globalization;
using System.Text;

namespace MGLMM.Conversion.Checkpoints;

/// <summary>
/// A checkpoint file is damaged, hostile or of a kind that is not read. The message names the file, the tensor or the
/// byte where it applies, what is wrong, and what to do about it.
/// </summary>
public sealed class CheckpointFormatException : Exception
{
    /// <summary>What to run where Python is at hand; ends the messages about files that only PyTorch can read.</summary>
    internal const string ResaveRecipe =
        "Re-save it in Python with PyTorch 1.6 or newer: torch.save(model.state_dict(), \"pytorch_model.bin\"), or " +
        "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\").";

    /// <summary>What to do about a file that cannot be what its author wrote.</summary>
    internal const string FetchAgainAdvice = "The file is damaged or incomplete: download or copy it again.";

    private const int MaximumQuotedLength = 160;

    /// <summary>Creates the exception.</summary>
    /// <param name="fileName">The file at fault, without its folder.</param>
    /// <param name="problem">What is wrong and what to do, without the file name.</param>
    /// <param name="innerException">The cause, if another exception brought it to light.</param>
    public CheckpointFormatException(string fileName, string problem, Exception? innerException = null)
        : base($"{Quote(fileName)}: {problem}", innerException)
    {
        FileName = fileName;
    }

    /// <summary>The file at fault, without its folder.</summary>
    public string FileName { get; }

    /// <summary>
    /// Text from a file, made fit for a message: shortened, and with control characters escaped, so that a hostile name
    /// can neither flood nor repaint a terminal.
    /// </summary>
    internal static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, MaximumQuotedLength)))
        {
            if (char.IsControl(character) || char.IsSurrogate(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format)
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                quoted.Append(character);
            }
        }

        return quoted.Append(text.Length > MaximumQuotedLength ? "...'" : "'").ToString();
    }
}
