using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Tests.Captions;

/// <summary>Stems that the author published, the examples of the paper and the sample vocabulary on the stemmer's page, where NLTK keeps to them; and NLTK's own.</summary>
public sealed class PorterStemmerTests
{
    [Theory]
    [InlineData("caresses caress ponies poni caress caress cats cat feed feed agreed agre plastered plaster bled bled motoring motor sing sing")]
    [InlineData("conflated conflat troubled troubl sized size hopping hop tanned tan falling fall hissing hiss fizzed fizz failing fail filing file happy happi sky sky")]
    [InlineData("relational relat conditional condit rational ration digitizer digit operator oper feudalism feudal decisiveness decis hopefulness hope callousness callous")]
    [InlineData("triplicate triplic formative form formalize formal electrical electr hopeful hope goodness good revival reviv allowance allow inference infer airliner airlin")]
    [InlineData("gyroscopic gyroscop adjustable adjust defensible defens irritant irrit replacement replac adjustment adjust dependent depend adoption adopt communism commun")]
    [InlineData("activate activ homologous homolog effective effect bowdlerize bowdler probate probat rate rate cease ceas controll control roll roll")]
    [InlineData("generalizations gener oscillators oscil connect connect connected connect connecting connect connection connect connections connect")]
    [InlineData("consign consign consigned consign consigning consign consignment consign consist consist consistency consist consistently consist consolation consol")]
    [InlineData("consolatory consolatori console consol consolidate consolid consolidating consolid consolingly consolingli consols consol consonant conson conspicuous conspicu")]
    [InlineData("conspicuously conspicu conspiracy conspiraci conspirator conspir conspired conspir constable constabl constance constanc constancy constanc constant constant")]
    [InlineData("knackeries knackeri knaves knave knavish knavish kneaded knead knee knee kneeling kneel knelt knelt knightly knightli knitted knit knitting knit knives knive")]
    [InlineData("knobs knob knocker knocker knocking knock knopp knopp knots knot")]
    [InlineData("a a is is")]

    // stem.doctest of NLTK.
    [InlineData("caresses caress flies fli dies die mules mule denied deni died die agreed agre owned own humbled humbl sized size meeting meet stating state siezing siez")]
    [InlineData("itemization item sensational sensat traditional tradit reference refer colonizer colon plotted plot oed o")]

    // PorterStemmer() of NLTK 3.8.1, run over these words.
    [InlineData("sky sky skies sky dying die lying lie tying tie news news innings inning inning inning outings outing outing outing cannings canning canning canning howe howe")]
    [InlineData("proceed proceed exceed exceed succeed succeed proceeds proce exceeded exceed flying fli skying ski")]
    [InlineData("fly fli spy spi try tri tried tri spied spi dry dri icy ici ivy ivi pry pri by by tie tie ties tie tied tie lied lie berry berri berries berri")]
    [InlineData("toy toy toys toy grey grey gray gray enjoy enjoy enjoyment enjoy monkeys monkey buy buy plays play eyed eye rely reli happily happili")]
    [InlineData("using use use use uses use used use ice ice age age aged age are are eve eve")]
    [InlineData("carefully care hopefully hope conditionally condit rationally ration operationally oper geology geolog theology theolog archaeology archaeolog")]
    public void Words_have_the_published_stems(string wordsAndStems)
    {
        string[] words = wordsAndStems.Split(' ');
        for (int index = 0; index < words.Length; index += 2)
        {
            Assert.Equal((words[index], words[index + 1]), (words[index], PorterStemmer.Stem(words[index])));
        }
    }
}
