"""Every sentence of the platform in English, by id; Korean is in ``graders/locale``."""

from __future__ import annotations

__all__ = ["MESSAGES", "N_"]


def N_(text: str) -> str:
    """Mark a sentence for Babel's extractor."""
    return text


MESSAGES: dict[str, str] = {
    "after": N_("{then} builds on {first}, which fails its own checks: fix that first."),
    "after.changed": N_(
        "The explanation of {name} was changed after it was sealed. Create the files again with 'deepgrade start DIR'."
    ),
    "after.locked": N_("The explanation of {name} opens when your own {needed} passes."),
    "after.none": N_("{name} has no explanation."),
    "after.opened": N_("Now open: the explanation of {names}. To read it: deepgrade explain {first}"),
    "after.opened_here": N_("Now open: the explanation of {names}. To read it: %explain {first}"),
    "after.staff": N_("In this course the staff explain {name} after it passes. Ask them."),
    "after.unreadable": N_(
        "{path} cannot be read ({kind}: {text}). The explanations of the exercises stay closed. Create the files "
        "again with 'deepgrade start DIR'."
    ),
    "api.broken": N_(
        "The service has an internal error. Nothing was changed. Try again, and tell the staff if it happens again."
    ),
    "api.busy": N_("The service is busy. Nothing was changed. Try again in a moment."),
    "api.form": N_("The form cannot be read: {reason}. Send the file as the body, or as the only file in a form."),
    "api.full": N_("Nothing was stored: the service's disk is full. Earlier submissions are safe. Tell the staff."),
    "api.invalid": N_("{where} is not valid ({reason}). The description of the API says what is expected."),
    "api.method": N_(
        "This address does not support this method. The description of the API lists the methods that it does support."
    ),
    "api.no_token": N_("Log in first: send a personal token as `Authorization: Bearer …`."),
    "api.not_allowed": N_("Your role in this course does not allow that. Ask an instructor."),
    "api.not_found": N_("There is nothing here, or it is not yours."),
    "api.not_open": N_("The explanation of {name} opens once your own answer passes."),
    "api.refused": N_("The service does not answer this request."),
    "api.token_over": N_("This token is not valid, or no longer valid. Log in again."),
    "api.too_large": N_("This is larger than the service accepts. Leave data and pictures out."),
    "api.too_late": N_("It already has a result and cannot be cancelled."),
    "api.too_often": N_("Too many attempts. Wait {minutes} minutes."),
    "api.wrong_login": N_("The e-mail address or the password is wrong."),
    "borrowed.follows": N_("This is a mistake in {first}, which {then} uses. Fix it in {first} first."),
    "borrowed.known": N_("{said} The same mistake is known from {first}."),
    "broken": N_(
        "Internal error while grading this: {text} It does not count against you; the staff have been notified."
    ),
    "broken.raised": N_("Internal error: {kind}: {text}"),
    "budget.spent": N_(
        "All runs of this submission together may take {seconds} s. That time is used up; the rest was not run."
    ),
    "check.exercise": N_("{bar} {place} of {count}: {name} …"),
    "check.importing": N_("Importing {library}; this takes a few seconds …"),
    "check.library_absent": N_(
        "Not run: {unit} needs {library}, which is not installed here. Install it with `pip install {library}`."
    ),
    "check.running": N_("Running your code …"),
    "compare.absent": N_("{name} was not computed."),
    "compare.follow_through": N_(
        "{name} differs, but it is the right gradient of your own {of}: you keep half of the points. Fix {of} first."
    ),
    "compare.follow_through_none": N_("{name} differs, but it is the right gradient of your own {of}. Fix {of} first."),
    "compare.follow_through_part": N_(
        "{name} differs, but it is the right gradient of your own {of}: you keep {share} of the points. Fix {of} first."
    ),
    "compare.fragile": N_("{name} passes, but only just: {actual}, expected {expected} (relative error {error})."),
    "compare.infinite": N_("{name} at {at} is {actual}, expected {expected}."),
    "compare.key_absent": N_("{name} lacks the key {key} ({count} missing)."),
    "compare.key_extra": N_("{name} has a key {key} that is not expected ({count} too many)."),
    "compare.kind": N_("{name} holds {actual} values, expected {expected}."),
    "compare.length": N_("{name} has {actual} entries, expected {expected}."),
    "compare.lost": N_("No answer came back from your code."),
    "compare.missing": N_("Your module does not define {symbol}. Write it under exactly this name."),
    "compare.missing_near": N_(
        "Your module does not define {symbol}; it defines {near}. Did you mean that? Use exactly the name {symbol}."
    ),
    "compare.no_gradient": N_(
        "{name} was not computed: after backward() neither .{gradient} nor .grads holds the gradient."
    ),
    "compare.none": N_("{name} is None; {expected} was expected. Is a return missing?"),
    "compare.not_finished": N_(
        "The rest of {symbol} is not written yet: line {line} raises NotImplementedError. Correct results before it "
        "keep their points."
    ),
    "compare.not_finite": N_(
        "{name}: {count} of {total} values are not finite; the value at {at} is {actual}, expected {expected}."
    ),
    "compare.not_imported": N_(
        "{at} was not computed: your code uses {symbol}, which could not be imported ({imported}): {kind}: {text}"
    ),
    "compare.not_imported_line": N_(
        "{at} was not computed: line {line} uses {symbol}, which could not be imported ({imported}): {kind}: {text}"
    ),
    "compare.not_written": N_("{symbol} is not written yet. Replace the raise NotImplementedError with your code."),
    "compare.property": N_("{name}: {en}"),
    "compare.raised": N_("{name} was not computed: {kind}: {text}"),
    "compare.raised_before": N_("{name} was not reached: {at}, which comes first, raised {kind}: {text}"),
    "compare.raised_before_line": N_(
        "{name} was not reached: {at}, which comes first, raised {kind} at line {line}: {text}"
    ),
    "compare.raised_line": N_("{name} was not computed: {kind} at line {line}: {text}"),
    "compare.scalar": N_("{name} is {actual}, expected {expected}."),
    "compare.shape": N_("{name} has shape {actual}, expected {expected}."),
    "compare.shape_number": N_("{name} has shape {actual}, expected a single number."),
    "compare.shape_of_number": N_("{name} is a single number, expected an array of shape {expected}."),
    "compare.stopped": N_("Your module fails on import, so nothing in it could run: {kind}: {text}"),
    "compare.stopped_line": N_(
        "Your module fails on import at line {line}, so nothing in it could run: {kind}: {text}"
    ),
    "compare.type": N_("{name} is {actual}; {expected} was expected."),
    "compare.unsupported": N_("{name} is {actual}, which cannot be graded; {expected} was expected."),
    "compare.used_unwritten": N_(
        "{at} was not computed: your code uses {symbol} ({used}), which is not written yet. Write that first."
    ),
    "compare.used_unwritten_here": N_(
        "{at} was not computed: your code uses {symbol}, which is not written yet. Write that first."
    ),
    "compare.used_unwritten_here_line": N_(
        "{at} was not computed: line {line} uses {symbol}, which is not written yet. Write that first."
    ),
    "compare.used_unwritten_line": N_(
        "{at} was not computed: line {line} uses {symbol} ({used}), which is not written yet. Write that first."
    ),
    "compare.values": N_(
        "{name}: {count} of {total} values differ; the worst is at {at}: {actual}, expected {expected}."
    ),
    "contract.argument_order": N_(
        "It is called as {call}, but line {line} takes the arguments in a different order: {taken}."
    ),
    "contract.arguments": N_("It is called as {call}, but line {line} defines {taken}."),
    "contract.array_for_number": N_("{name} has shape {actual} where a single number belongs ({method}, line {line})."),
    "contract.calls_itself": N_("{name} calls itself at line {line}, again and again without end."),
    "contract.changes_input": N_(
        "{method} writes into its input {name} (line {line}); anything computed from it afterwards uses the changed "
        "values. Work on a copy: {name}.copy()."
    ),
    "contract.class_state": N_(
        "{name} is set in the body of class {owner}, so all instances share it, and line {line} changes it for all of "
        "them. Create self.{name} in __init__."
    ),
    "contract.extra_argument": N_(
        "It is called as {call}, but line {line} also asks for {extra}. Take exactly the arguments of the call."
    ),
    "contract.float_for_int": N_(
        "Line {line} needs a whole number, but gets a float. Use // for the division, or int(…)."
    ),
    "contract.gradient_name": N_(
        "The gradient of {owner} is stored as self.{near} (line {line}), but is looked up as self.{name}. Use the "
        "name {name}."
    ),
    "contract.list_for_array": N_(
        "{name} is {actual} where {expected} belongs ({method}, line {line}). Return it as np.array(…)."
    ),
    "contract.list_used": N_(
        "Line {line} calculates with a list as if it were an array. Make it an array first: np.array(…)."
    ),
    "contract.method_without_self": N_(
        "Line {line} calls {name} like a function, but it is a method. Write self.{name}(…)."
    ),
    "contract.missing_attribute": N_(
        "{owner} (line {line}) has no attribute {name}, which is read from outside. Set self.{name} in its methods."
    ),
    "contract.missing_attribute_read": N_("Line {line} reads self.{name}, but nothing in {owner} sets it."),
    "contract.missing_init": N_(
        "{owner} (line {line}) has no __init__, but is created as {call}. Write an __init__ that takes these arguments."
    ),
    "contract.missing_method": N_("{owner} (line {line}) has no method {name}. It is called as {call}."),
    "contract.misspelled_attribute": N_(
        "{owner} has no attribute {name}; line {line} calls it {near}. Use the name {name}."
    ),
    "contract.misspelled_attribute_read": N_(
        "Line {line} reads self.{name}, but line {also} calls it {near}. Use one name for both."
    ),
    "contract.misspelled_init": N_(
        "{owner} has a method {name} (line {line}), which Python never calls by itself. Name it __init__, with two "
        "underscores on each side."
    ),
    "contract.misspelled_method": N_("{owner} has no method {name}; line {line} defines {near}. Use the name {name}."),
    "contract.misspelled_name": N_("Line {line} uses {name}, which is not defined. Did you mean {near}?"),
    "contract.misspelled_numpy": N_("Line {line} uses np.{name}, which NumPy does not have. Did you mean np.{near}?"),
    "contract.misspelled_option": N_(
        "Line {line} passes {name}=, which the function called there does not take. Did you mean {near}=?"
    ),
    "contract.module_state": N_(
        "{method} keeps {name} in the module (line {line}), where all calls and instances share it. Keep it in the "
        "instance, or create it inside the function."
    ),
    "contract.no_gradient": N_(
        "After backward (line {line}), {owner} holds no gradient {name}. Store it as self.{name}, or in self.grads."
    ),
    "contract.no_return": N_("{name} (line {line}) never returns a value, so it gives None. Return the result."),
    "contract.no_return_path": N_(
        "{name} (line {line}) gives None here: it ends without a return, or what it returns is None."
    ),
    "contract.not_called": N_("{name} is {actual} ({method}, line {line}). Add the parentheses that call it."),
    "contract.not_remembered": N_(
        "Line {line} reads self.{name}, but {method} keeps {name} only as a local name (line {also}). Write "
        "self.{name} there."
    ),
    "contract.not_remembered_local": N_(
        "Line {line} uses {name}, a local name of {method} (line {also}) that is gone when {method} ends. Keep it as "
        "self.{name}."
    ),
    "contract.not_remembered_none": N_(
        "At line {line}, self.{name} is still the None of line {also}: nothing else sets it. Store the value in "
        "forward."
    ),
    "contract.number_for_array": N_(
        "{name} is a single number where an array of shape {expected} belongs ({method}, line {line})."
    ),
    "contract.number_of_values": N_("{name} (line {line}) returns {got}, but {wanted} values are expected."),
    "contract.number_of_values_many": N_(
        "{name} (line {line}) returns more than {wanted} values; exactly {wanted} are expected."
    ),
    "contract.one_value": N_(
        "{name} (line {line}) returns one number; several values, separated by commas, are expected."
    ),
    "contract.print_for_return": N_("{name} prints its result at line {line} and returns nothing. Return it."),
    "contract.self_forgotten": N_(
        "Line {line} uses {name}, but {method} keeps it as self.{name} (line {also}). Write self.{name}."
    ),
    "contract.self_missing": N_(
        "{name} (line {line}) does not take self. It is called as {call}, and self comes before these arguments."
    ),
    "contract.self_missing_used": N_(
        "Line {line} uses self, but {name} does not take it. Write self as its first argument."
    ),
    "contract.self_misspelled": N_("Line {line} says {name}; in {method} the object is called self."),
    "contract.unfinished": N_(
        "{name} (line {line}) is not written yet: it does nothing and gives None. Correct results before it keep "
        "their points."
    ),
    "contract.unset_attribute": N_(
        "Line {line} reads self.{name} before it is set: only {method} sets it (line {also})."
    ),
    "course.no_reference": N_(
        "There is no reference {path}. Grading and verifying need the staff's repository; practice ('deepgrade check') "
        "does not."
    ),
    "course.raises": N_(
        "The course's own code raises {kind}, which would end the grader. Remove the code that raises it."
    ),
    "detail.arrays": N_("more than {count} arrays"),
    "detail.bits": N_("{count} bits long"),
    "detail.characters": N_("{count} characters long"),
    "detail.dtype": N_("values of type {dtype}"),
    "detail.half": N_("with an incomplete character"),
    "detail.key": N_("with a key of type {kind}"),
    "detail.nested": N_("nested deeper than {count}"),
    "detail.size": N_("larger than {size}"),
    "detail.values": N_("more than {count} values"),
    "device.absent": N_("Not run: {text} This counts neither as a pass nor as a failure."),
    "device.in_use": N_("Every GPU was in use for {seconds:.0f} s. Grade again when they are free."),
    "device.locks": N_("The locks in {folder} cannot be used: {reason}. Give every grader write access: mode 1777."),
    "device.none": N_("There is no GPU on this machine. Grade with `--device cpu`."),
    "device.not_in_bubblewrap": N_("bubblewrap gives no access to a GPU. Grade with `--sandbox docker --device cuda`."),
    "diagnosis.contract.argument_order": N_("arguments in a different order"),
    "diagnosis.contract.arguments": N_("arguments that do not match the call"),
    "diagnosis.contract.array_for_number": N_("an array where a number belongs"),
    "diagnosis.contract.calls_itself": N_("a function that calls itself without end"),
    "diagnosis.contract.changes_input": N_("an input that is overwritten"),
    "diagnosis.contract.class_state": N_("state in the class instead of the instance"),
    "diagnosis.contract.extra_argument": N_("one argument too many"),
    "diagnosis.contract.float_for_int": N_("a float where a whole number belongs"),
    "diagnosis.contract.gradient_name": N_("a gradient under a different name"),
    "diagnosis.contract.list_for_array": N_("a list where an array belongs"),
    "diagnosis.contract.list_used": N_("a list used like an array"),
    "diagnosis.contract.method_without_self": N_("a method called without self"),
    "diagnosis.contract.missing_attribute": N_("a missing attribute"),
    "diagnosis.contract.missing_init": N_("a missing __init__"),
    "diagnosis.contract.missing_method": N_("a missing method"),
    "diagnosis.contract.misspelled_attribute": N_("a misspelled attribute"),
    "diagnosis.contract.misspelled_init": N_("a misspelled __init__"),
    "diagnosis.contract.misspelled_method": N_("a misspelled method"),
    "diagnosis.contract.misspelled_name": N_("a misspelled name"),
    "diagnosis.contract.misspelled_numpy": N_("a misspelled NumPy name"),
    "diagnosis.contract.misspelled_option": N_("a misspelled keyword argument"),
    "diagnosis.contract.module_state": N_("state in the module"),
    "diagnosis.contract.no_gradient": N_("a gradient that is not stored"),
    "diagnosis.contract.no_return": N_("a missing return"),
    "diagnosis.contract.not_called": N_("a function that is not called"),
    "diagnosis.contract.not_remembered": N_("a value that is not stored for later"),
    "diagnosis.contract.number_for_array": N_("a number where an array belongs"),
    "diagnosis.contract.number_of_values": N_("the wrong number of returned values"),
    "diagnosis.contract.one_value": N_("one returned value instead of several"),
    "diagnosis.contract.other_library": N_("another library in a NumPy unit"),
    "diagnosis.contract.print_for_return": N_("print instead of return"),
    "diagnosis.contract.self_forgotten": N_("a local name instead of self.name"),
    "diagnosis.contract.self_missing": N_("a method without self"),
    "diagnosis.contract.self_misspelled": N_("a misspelled self"),
    "diagnosis.contract.unfinished": N_("a part that is not written yet"),
    "diagnosis.contract.unset_attribute": N_("an attribute read before it is set"),
    "diagnosis.relation.absolute": N_("the absolute value"),
    "diagnosis.relation.all_nan": N_("everything is NaN"),
    "diagnosis.relation.as_if_higher": N_("an input treated as 1 larger"),
    "diagnosis.relation.as_if_inverted": N_("True and False swapped"),
    "diagnosis.relation.as_if_late": N_("an input one step late"),
    "diagnosis.relation.as_if_lower": N_("an input treated as 1 smaller"),
    "diagnosis.relation.as_if_negated": N_("an input with the opposite sign"),
    "diagnosis.relation.as_if_one": N_("a number plays no part"),
    "diagnosis.relation.as_if_reread": N_("an input reshaped instead of transposed"),
    "diagnosis.relation.as_if_reversed": N_("an input reversed"),
    "diagnosis.relation.as_if_swapped": N_("two inputs swapped"),
    "diagnosis.relation.as_if_zero": N_("an input plays no part"),
    "diagnosis.relation.averaged_away": N_("averaged over an axis that should stay"),
    "diagnosis.relation.column_factors": N_("each column off by its own factor"),
    "diagnosis.relation.column_offsets": N_("each column off by its own amount"),
    "diagnosis.relation.complement": N_("1 minus the expected result"),
    "diagnosis.relation.constant": N_("the same constant everywhere"),
    "diagnosis.relation.divided": N_("a factor missing, or divided by it"),
    "diagnosis.relation.early": N_("one step early"),
    "diagnosis.relation.eps": N_("a different ε"),
    "diagnosis.relation.exponential": N_("the exponential of the expected result"),
    "diagnosis.relation.extra_axis": N_("an extra axis"),
    "diagnosis.relation.flipped": N_("reversed along an axis"),
    "diagnosis.relation.flipped_both": N_("rotated by 180°"),
    "diagnosis.relation.function": N_("an extra function"),
    "diagnosis.relation.function_missing": N_("a function missing"),
    "diagnosis.relation.input": N_("an input came back unchanged"),
    "diagnosis.relation.inverse": N_("the reciprocal"),
    "diagnosis.relation.late": N_("one step late"),
    "diagnosis.relation.later_steps": N_("right at first, wrong in later steps"),
    "diagnosis.relation.logarithm": N_("the logarithm of the expected result"),
    "diagnosis.relation.lost_axis": N_("a missing axis"),
    "diagnosis.relation.minus": N_("a term missing"),
    "diagnosis.relation.minus_other": N_("another output subtracted"),
    "diagnosis.relation.no_running_sum": N_("not summed up along an axis"),
    "diagnosis.relation.normalised": N_("divided by its own sum or size"),
    "diagnosis.relation.not_averaged": N_("not averaged over an axis"),
    "diagnosis.relation.not_normalised": N_("not divided by its own sum or size"),
    "diagnosis.relation.not_summed": N_("not summed over an axis"),
    "diagnosis.relation.offset": N_("off by a constant"),
    "diagnosis.relation.ones": N_("everything is 1"),
    "diagnosis.relation.only_above": N_("wrong only above the diagonal"),
    "diagnosis.relation.only_block": N_("only one block (gate) is wrong"),
    "diagnosis.relation.only_border": N_("only the border is wrong"),
    "diagnosis.relation.only_diagonal": N_("only the diagonal is wrong"),
    "diagnosis.relation.only_expected_zero": N_("wrong only where 0 is expected"),
    "diagnosis.relation.only_first": N_("only the first entry of an axis is wrong"),
    "diagnosis.relation.only_inside": N_("only the border is right"),
    "diagnosis.relation.only_last": N_("only the last entry of an axis is wrong"),
    "diagnosis.relation.only_negative": N_("wrong only where an input is negative"),
    "diagnosis.relation.only_not_first": N_("only the first entry of an axis is right"),
    "diagnosis.relation.only_not_last": N_("only the last entry of an axis is right"),
    "diagnosis.relation.only_off_diagonal": N_("only the diagonal is right"),
    "diagnosis.relation.only_positive": N_("wrong only where an input is positive"),
    "diagnosis.relation.only_repeated": N_("wrong only where an index repeats"),
    "diagnosis.relation.only_zero": N_("wrong only where an input is 0"),
    "diagnosis.relation.other_columns": N_("right columns in a different order"),
    "diagnosis.relation.other_order": N_("right numbers in a different order"),
    "diagnosis.relation.other_output": N_("the values of another output"),
    "diagnosis.relation.other_rows": N_("right rows in a different order"),
    "diagnosis.relation.other_way": N_("a step in the opposite direction"),
    "diagnosis.relation.permuted_axes": N_("axes in a different order"),
    "diagnosis.relation.permuted_blocks": N_("blocks (gates) in a different order"),
    "diagnosis.relation.plus": N_("an extra term"),
    "diagnosis.relation.plus_multiple": N_("a term counted too often or not at all"),
    "diagnosis.relation.plus_other": N_("another output added"),
    "diagnosis.relation.proportional": N_("proportional to the expected result"),
    "diagnosis.relation.ratio": N_("off by one common factor"),
    "diagnosis.relation.ratio_named": N_("off by a factor made of axis lengths"),
    "diagnosis.relation.ratio_named_sign": N_("off by a factor made of axis lengths, and by the sign"),
    "diagnosis.relation.reread": N_("reshaped instead of transposed"),
    "diagnosis.relation.reshaped": N_("right numbers in a different shape"),
    "diagnosis.relation.rooted": N_("an extra square root"),
    "diagnosis.relation.rounded": N_("rounded"),
    "diagnosis.relation.row_factors": N_("each row off by its own factor"),
    "diagnosis.relation.row_offsets": N_("each row off by its own amount"),
    "diagnosis.relation.running_sum": N_("summed up along an axis"),
    "diagnosis.relation.sign": N_("sign flipped"),
    "diagnosis.relation.squared": N_("squared"),
    "diagnosis.relation.step_factor": N_("steps too long or short by a known factor"),
    "diagnosis.relation.step_gradient": N_("one step size for the whole array"),
    "diagnosis.relation.step_length": N_("steps of the wrong length"),
    "diagnosis.relation.step_unit": N_("steps of one length, whatever the gradient"),
    "diagnosis.relation.summed_away": N_("summed over an axis that should stay"),
    "diagnosis.relation.times": N_("an extra factor"),
    "diagnosis.relation.too_large_axis": N_("larger by the length of an axis"),
    "diagnosis.relation.too_large_batch": N_("larger by the batch size"),
    "diagnosis.relation.too_small_axis": N_("smaller by the length of an axis"),
    "diagnosis.relation.too_small_batch": N_("smaller by the batch size"),
    "diagnosis.relation.transposed": N_("transposed"),
    "diagnosis.relation.zeroed_negative": N_("0 where an input is negative"),
    "diagnosis.relation.zeroed_positive": N_("0 where an input is positive"),
    "diagnosis.relation.zeroed_zero": N_("0 where an input is 0"),
    "diagnosis.relation.zeros": N_("everything is 0"),
    "disk.unwritable": N_("{path} cannot be written: {reason}. {step}"),
    "ending.budget": N_(
        "Not run: the exercises before it used up the time for the whole submission ({detail}). Make the slow "
        "exercises faster."
    ),
    "ending.crash": N_("The Python process ended before the exercise was done ({detail})."),
    "ending.detail_hidden": N_("in a hidden run"),
    "ending.detail_signal": N_("ended by {signal}"),
    "ending.detail_status": N_("the process exited with status {status}"),
    "ending.lost": N_("The sandbox ended twice before this exercise ran. The staff have been notified."),
    "ending.memory": N_("It needed more memory than allowed. Is there an array much larger than the inputs?"),
    "ending.output": N_("It printed more than allowed. Remove the print calls from your loops."),
    "ending.processes": N_("It started more processes or threads than allowed; none are needed here."),
    "ending.rejected": N_(
        "What came back from your code could not be read as results. This happens when code writes to, or closes, "
        "files that it did not open itself."
    ),
    "ending.time": N_("It ran longer than its time limit ({detail}). Is there a loop that never ends?"),
    "expected.absent": N_(
        "{path} has no values for {names}, which this version of deepgrade knows. Get the course's files and "
        "deepgrade in the same version; staff run 'deepgrade release'."
    ),
    "expected.case": N_(
        "The expected values of {symbol} name a case {case!r}, which this version of deepgrade does not know. Get the "
        "course's files and deepgrade in the same version; staff run 'deepgrade release'."
    ),
    "expected.schema": N_(
        "{path} has schema {schema}, but this version of deepgrade reads {known}. Get the course's files and "
        "deepgrade in the same version."
    ),
    "expected.unreadable": N_(
        "{path} cannot be read: {kind}: {text}. Fetch the course's files again; staff create them with 'deepgrade "
        "release'."
    ),
    "forbidden.called": N_("This exercise asks you to write {symbol} yourself; it may not call {name}."),
    "forbidden.called_in": N_(
        "This exercise asks you to write {symbol} yourself; it may not call {name} (line {line} of {file})."
    ),
    "forbidden.called_line": N_(
        "This exercise asks you to write {symbol} yourself; it may not call {name} (line {line})."
    ),
    "forbidden.library": N_(
        "This exercise asks you to write {symbol} yourself with NumPy arrays; it may not call {name}."
    ),
    "forbidden.library_in": N_(
        "This exercise asks you to write {symbol} yourself with NumPy arrays; it may not call {name} (line {line} of "
        "{file})."
    ),
    "forbidden.library_line": N_(
        "This exercise asks you to write {symbol} yourself with NumPy arrays; it may not call {name} (line {line})."
    ),
    "frames.about": N_("{path}: {said}"),
    "frames.cells": N_(
        "{path}, line {line}, has {found} cells; {wanted} were expected. Export the tables again with 'deepgrade "
        "export'."
    ),
    "frames.columns": N_(
        "{path} has the columns {found}; expected {wanted}. Export the tables again with 'deepgrade export'."
    ),
    "frames.left_out": N_("Left out: {said}"),
    "frames.no_folder": N_("No folder was given. Give the folder that 'deepgrade grade PATH --out DIR' wrote."),
    "frames.no_pandas": N_(
        "This needs the library {library}, which is not installed. Install it: `pip install 'deepgrade[pandas]'`. "
        "'deepgrade export --format csv' works without it."
    ),
    "frames.no_tables": N_("{path} contains no tables. Give the folder that 'deepgrade export' wrote."),
    "frames.not_in_class": N_(
        "{path} holds reports that are newer than its class.csv and not listed there: {names}. They are in the tables. "
        "If the run was cut short, continue it with --resume."
    ),
    "frames.stale": N_(
        "{path} also holds reports of an earlier run: {names}. They are neither in class.csv nor in the tables."
    ),
    "frames.twice": N_("{path} is a second report of {student}; the one in {kept} counts. Delete one of them."),
    "frames.two_formats": N_(
        "{path} contains tables as CSV and as Parquet. Say which to read with the argument `format`."
    ),
    "frames.unfinished": N_(
        "The run that wrote {path} is not finished; it was grading {names}. The tables hold only what it finished. "
        "Continue it with --resume, then export again."
    ),
    "frames.unreadable": N_(
        "{path} cannot be read as a table: {reason}. Export the tables again with 'deepgrade export'."
    ),
    "frames.value": N_(
        "{path}, line {line}: {found} is not a valid value for the column {column}. Export the tables again with "
        "'deepgrade export'."
    ),
    "frames.written": N_("{path}: rows: {count}"),
    "grade.in_hand": N_(
        "Being graded when the grader was killed: {names}. They are now graded last, each in its own process."
    ),
    "grade.in_name_of": N_(
        "{file} is also in {student}'s name. {student} keeps the points of their own submission; staff must find out "
        "whose file this is."
    ),
    "grade.killed": N_(
        "The grader was killed while grading {name}. A second try, in its own process, was killed as well. Look at the "
        "files before you grade it again."
    ),
    "grade.late": N_("Handed in late, according to the learning platform."),
    "grade.not_counted": N_("{unit} was graded, but it is not part of this total."),
    "grade.not_submitted": N_("{unit}: not submitted."),
    "grade.nothing": N_("Nothing was handed in."),
    "grade.overlooked": N_("Not graded, because it is not clear whose it is: {names}."),
    "grade.pages": N_("Reports, pages, class.csv and class.html are in {path}."),
    "grade.skipped": N_(
        "Hidden folders and virtual environments were skipped: {names}. If one belongs to a student, rename it."
    ),
    "grade.stale": N_(
        "{path} also holds reports of an earlier run: {names}. They are in neither class.csv nor class.html; delete "
        "them if those students have left."
    ),
    "grade.stopped": N_(
        "Stopped; {count} of {total} reports are in {path}. Run the same command with --resume to continue."
    ),
    "grade.stopping": N_("Stopping after the submissions being graded now; finished reports are kept."),
    "hidden.error": N_("Your code raised an exception."),
    "hidden.failed": N_("{name} fails on hidden inputs of the case {case}, although it passes on the public ones."),
    "hidden.finite": N_("A value is not finite."),
    "hidden.form": N_("The type or shape differs."),
    "hidden.property": N_("The rule for this output does not hold."),
    "hidden.value": N_("The values differ."),
    "intake.malformed": N_("The process that read {name} sent a malformed answer ({kind}: {text}). Grade it again."),
    "intake.no_answer": N_("The process that read {name} ended without an answer ({detail}). Grade it again."),
    "magic.all_pass": N_("Everything checked so far passes: no hint is needed."),
    "magic.check_first": N_("Nothing has been checked yet. Run %check first."),
    "magic.interrupted": N_("Stopped before the check was done."),
    "magic.login_words": N_(
        "%login takes the address of your course's service and nothing else. Never write a password or a token "
        "into a cell: it would be saved with the notebook."
    ),
    "magic.near": N_("There is no {name}. Did you mean {near}?"),
    "magic.no_file": N_("There is no file of {unit} in {folder}. Save the notebook, or name the file: %submit FILE"),
    "magic.no_hint": N_(
        "There is no hint for this mistake in {name}. Compare your values with the expected ones of the check."
    ),
    "magic.no_hint_error": N_(
        "There is no hint for the exception in {name}. Look at its type and at the line where it was raised."
    ),
    "magic.no_input": N_("This notebook cannot ask for a password. Run `deepgrade login {url}` in a terminal."),
    "magic.no_login": N_(
        "You are not logged in. Run %login URL with the address of your course's service, or `deepgrade login URL` "
        "in a terminal. The password is not kept in the notebook."
    ),
    "magic.no_unit": N_("First say which unit this notebook is for, for example: %deepgrade {unit}"),
    "magic.not_submitted": N_("%submit does nothing while nbgrader runs the notebook."),
    "magic.option": N_("{option} is not an option here; use --lang ko or --lang en."),
    "magic.option_check": N_(
        "{option} is not an option here; use --hints 0 to --hints 3, --explain, --lang ko or --lang en."
    ),
    "magic.option_submit": N_(
        "{option} is not an option here; use --course SLUG, --server URL, --again, --lang ko or --lang en."
    ),
    "magic.run_first": N_("{name} is not defined yet. Run the cell of {name}, then run this cell again."),
    "magic.submit_later": N_(
        "The result is not ready yet. Run %submit again to see it: the same file is not handed in twice. It will also "
        "be at {page}"
    ),
    "magic.unknown_symbol": N_("There is no exercise {name}. The exercises are: {known}."),
    "magic.unknown_unit": N_("There is no unit {name}. This course has: {known}."),
    "magic.unsaved": N_(
        "{names}: the kernel ran a different version from the one saved in {file}; the saved one was handed in. If "
        "that is not the right one, save the notebook and run %submit again."
    ),
    "magic.which_file": N_("Several files of {unit} are here: {files}. Say which, for example: %submit {first}"),
    "magic.which_unit": N_("Several units have {name}. Say which: {known}."),
    "magic.write_first": N_("{name} is not written yet. Write it first, then run this cell again."),
    "mistakes.all_wrong": N_("Wrong: {names}."),
    "mistakes.group": N_("{exercise}: {count} of {students} students"),
    "mistakes.hidden": N_(
        "Only hidden cases show it. They differ for each student, so the mistakes may differ too; a public case that "
        "shows the mistake tells them apart."
    ),
    "mistakes.lines": N_("One of them wrote:"),
    "mistakes.names": N_("Students: {names}"),
    "mistakes.no_slip": N_("No single edit of the solution gives the same outputs."),
    "mistakes.none": N_("Every failure in this class has a name."),
    "mistakes.others": N_(
        "Left out: {count} of the reports in {path}, graded with another course or another version of it. Grade these "
        "again."
    ),
    "mistakes.said": N_("They are told: {text}"),
    "mistakes.slips": N_("These edits of the solution give the same outputs:"),
    "mistakes.stopped": N_("Stopped before all edits were tried."),
    "mistakes.summary": N_(
        "Groups without a name: {count}. For each of them, --toml prints a draft entry for misconceptions.toml."
    ),
    "mistakes.variant": N_("(variant {variant})"),
    "mistakes.wrong": N_("Wrong: {names}. Right: {right}."),
    "nbgrader.by_a_person": N_("It has no score yet: the staff will look at it."),
    "nbgrader.config_fault": N_(
        "{path} cannot be read as nbgrader's configuration: {kind}: {text}. Fix it, then run this again."
    ),
    "nbgrader.exporter_absent": N_(
        "nbgrader runs deepgrade's grading step without its exporter. Call use_deepgrade(c) in "
        "nbgrader_config.py instead of listing the step yourself."
    ),
    "nbgrader.foreign": N_(
        "Not run, because deepgrade starts no kernel: {names}. These test cells wait for a person to grade "
        "them in formgrader."
    ),
    "nbgrader.foreign_cell": N_("This test was not run. The staff will grade it."),
    "nbgrader.gradebook_unreadable": N_(
        "The gradebook {path} cannot be used: {reason}. Nothing was graded; 'nbgrader db upgrade' helps after"
        " an update of nbgrader."
    ),
    "nbgrader.graded": N_(
        "Graded: {count}. Scores and comments are in the gradebook of {path}; formgrader shows them."
    ),
    "nbgrader.init_kept": N_("Kept as they are: {names}"),
    "nbgrader.init_new": N_("New: {names}"),
    "nbgrader.init_next": N_(
        "Next, in {path}: nbgrader release_assignment {assignment}; after collecting, deepgrade nbgrader "
        "autograde {assignment}"
    ),
    "nbgrader.kept": N_("Graded before and unchanged: {count}. --force grades them again."),
    "nbgrader.locked": N_(
        "The gradebook {path} is locked by another program ({reason}). Close that program and run this again; "
        "everything graded so far is kept."
    ),
    "nbgrader.needs_a_person": N_("{student}: no score until a person has looked: {names}"),
    "nbgrader.no_answer": N_("No answer: this cell is as it was handed out."),
    "nbgrader.no_assignment": N_("The gradebook has no assignment {assignment!r}; it has {known}. {near}"),
    "nbgrader.no_course_folder": N_(
        "{path} is not an nbgrader course: it has no {file}. Give its folder with --dir, or make one with "
        "'deepgrade nbgrader init DIR'."
    ),
    "nbgrader.no_submission": N_(
        "{student!r} has not handed in anything for {assignment}: there is no such folder in submitted/. {near}"
    ),
    "nbgrader.not_generated": N_("nbgrader could not make the assignment {assignment} from its source: {reason}"),
    "nbgrader.not_graded": N_("This was not graded."),
    "nbgrader.not_installed": N_(
        "nbgrader is not installed. Install it with deepgrade: `pip install 'deepgrade-….whl[nbgrader]'`."
    ),
    "nbgrader.not_released": N_("{path} does not exist. Run 'nbgrader generate_assignment {assignment}' first."),
    "nbgrader.nothing_ours": N_(
        "{assignment} has no exercise of this deepgrade course. Grade it with 'nbgrader autograde {assignment}'."
    ),
    "nbgrader.open_scores": N_("**Not final.** These cells have no score yet and show 0 for now: {names}."),
    "nbgrader.release_unreadable": N_(
        "{path} cannot be read: {reason}. Run 'nbgrader generate_assignment' for it again."
    ),
    "note.absent": N_("`from {used} import *` imported nothing: {used} was not handed in."),
    "note.alias": N_("Your {used} is graded as {proper}."),
    "note.common": N_("{used} was not handed in: its names were taken from your own earlier units."),
    "note.eps": N_(
        "{name} is {actual}, expected {expected}: a different ε explains such a small difference (relative error "
        "{error}). It passes."
    ),
    "note.float_for_int": N_(
        "{name} is {actual}, a float; expected a whole number such as {expected} (use // instead of /)."
    ),
    "note.follows": N_(
        "{name} is right given the other results of your code; those differ and are graded in their own exercise."
    ),
    "note.fragile": N_(
        "{name} passes, but is numerically fragile: {actual}, expected {expected} (relative error {error})."
    ),
    "note.numeric": N_(
        "{symbol}: the gradients are right, but they seem to be finite differences of the forward pass ({how}). This "
        "exercise is about the derivative itself: written as a formula it is exact, and takes one pass."
    ),
    "note.numeric_refused": N_(
        "{symbol}: the gradients seem to be finite differences of the forward pass ({how}). This exercise asks for the "
        "derivative itself: write it as a formula."
    ),
    "note.other": N_("Noticed while running: {note}."),
    "note.own_unit": N_("This runs with your own {file}: check it first with 'deepgrade check {file}'."),
    "note.overwritten": N_(
        "Your code overwrites its input {name}. The caller may still need that array: work on a copy."
    ),
    "note.shim": N_("Your code uses {used}, which newer NumPy no longer has; it was added for you."),
    "note.side": N_("Not scored, case {case}: {name} differs from the reference."),
    "note.side_error": N_("Not scored, case {case}: {name} was not computed: {kind}: {text}"),
    "note.side_shape": N_("Not scored, case {case}: {name} has shape {actual}, expected {expected}."),
    "note.side_value": N_("Not scored, case {case}: {name} is {actual}, expected {expected}."),
    "note.variant": N_("{en}"),
    "notebook.damaged": N_(
        "{file} is a damaged notebook: line {line}, column {column}: {reason}. Open it in Jupyter, save it and try "
        "again."
    ),
    "notebook.dropped_attribute": N_(
        "{file}: line {line} attaches {name} to a definition and was left out; in a notebook, only functions and "
        "constants can be attached. Write {name} in the definition itself."
    ),
    "notebook.dropped_name": N_(
        "{file}: your code reads {name}, which line {line} creates; only imports, definitions and constants are taken "
        "from a notebook. Create {name} inside the function that needs it."
    ),
    "notebook.duplicate": N_("{file} defines {name} in cells {cells}; the last one counts."),
    "notebook.form": N_("{file} cannot be read as a notebook: {reason}. Open it in Jupyter, save it and try again."),
    "notebook.in_check_cell": N_(
        "{file}, cell {cell} is a check cell; what it defines is not graded: {names}. Move it to a cell of its own."
    ),
    "notebook.no_code": N_("{file} has no code cells. Choose the notebook you worked in."),
    "notebook.outputs": N_(
        "{file} contains more than {limit} values besides its code. Clear the outputs, save it and try again."
    ),
    "notebook.refused_cell": N_("{file}, line {line} cannot be run: {reason}: {text}. The other cells were read."),
    "numeric.complex": N_("the code calls its own functions with complex numbers"),
    "numeric.noise": N_("the error is typical of finite differences, and the code divides by a small step"),
    "numeric.steps": N_("the code calls its own functions repeatedly with slightly shifted inputs"),
    "panel.after": N_("after {units}"),
    "panel.answer": N_("{name}: {state}, {points} of {max} points"),
    "panel.busy": N_("The kernel is busy. {name} is next."),
    "panel.cancel": N_("Cancel"),
    "panel.cell_raised": N_(
        "Running the cell of {name} raised an error, so there is nothing to check yet. Fix this first:"
    ),
    "panel.check": N_("Check"),
    "panel.check_tip": N_("Check {name}: run its cell, then %check"),
    "panel.checking": N_("Checking {name} …"),
    "panel.choose": N_("Choose your homework folder:"),
    "panel.close": N_("Close the result"),
    "panel.count": N_("{passed}/{count} passed"),
    "panel.done": N_("Done: {name}"),
    "panel.explain": N_("Explain"),
    "panel.explain_later": N_("The explanation of {name}; it opens once the exercise passes"),
    "panel.explain_tip": N_("The explanation of {name}: why it works, and a solution"),
    "panel.explaining": N_("Opening the explanation of {name} …"),
    "panel.hint": N_("Hint"),
    "panel.hint_tip": N_("The next hint for {name}"),
    "panel.hinting": N_("Looking for a hint for {name} …"),
    "panel.jump_tip": N_("{name}: go to its cell"),
    "panel.kernel_dead": N_("The kernel of this notebook has died. Restart it from the Kernel menu, then try again."),
    "panel.kernel_stopped": N_("The kernel stopped before the answer came. If it was restarted, try again."),
    "panel.map": N_("Course map"),
    "panel.minutes": N_("{count} min"),
    "panel.name": N_("Course"),
    "panel.no_cell": N_(
        "The notebook has no cell for {name}. Run `deepgrade start` on this folder again to bring it back."
    ),
    "panel.no_course": N_(
        "There is no homework in this folder. Open the folder of your homework in the file browser. To create one, "
        "run this in a terminal: `deepgrade start homework`"
    ),
    "panel.no_folder": N_("The server has no folder {path}."),
    "panel.no_kernel": N_(
        "This notebook has no kernel. Choose one in the notebook's top right corner, then try again."
    ),
    "panel.no_notebook": N_(
        "{name}: its notebook is not here. Run `deepgrade start` on this folder again to bring it back."
    ),
    "panel.offline": N_("The course could not be read: {reason}"),
    "panel.open_tip": N_("Open the notebook of {name}"),
    "panel.passed": N_("passed"),
    "panel.points": N_("{points} of {max} points"),
    "panel.refresh": N_("Refresh the progress"),
    "panel.result": N_("Result"),
    "panel.save_failed": N_(
        "{name} could not be saved, so nothing was handed in. Save it yourself, then submit again."
    ),
    "panel.setup_raised": N_(
        "A cell that {name} needs raised an error: the notebook's first one, which loads deepgrade. Is deepgrade "
        "installed where this kernel runs?"
    ),
    "panel.starting": N_("{name}: starting the kernel …"),
    "panel.still_running": N_("{name} is still running. Wait for it, or stop it."),
    "panel.stop": N_("Stop"),
    "panel.submit": N_("Submit"),
    "panel.submit_confirm": N_("Submit {name}?"),
    "panel.submit_login": N_(
        "You are not logged in at {url}. Open a terminal (File, New, Terminal) and run `deepgrade login {url}`; "
        "then submit again."
    ),
    "panel.submit_open": N_("Open the notebook that you want to hand in, then press Submit."),
    "panel.submit_tip": N_("Save {name} and hand it in"),
    "panel.submit_unfinished": N_(
        "Not passed at the last check: {names} ({count} of {total}). You can submit again later."
    ),
    "panel.submit_unit": N_("Submit {name}"),
    "panel.submitting": N_("Handing in {name} …"),
    "panel.untouched": N_("not started"),
    "panel.work": N_("in progress"),
    "policy.exhausted": N_(
        "The policy check of {student}'s files took too long or too much memory. Staff should check this; no points "
        "were deducted."
    ),
    "policy.flag": N_("{unit}, line {line}: {what} ({rule}). Staff should check this; no points were deducted."),
    "policy.numeric": N_(
        "{unit}: the gradients of {symbol} seem to be computed numerically ({how}). Staff should check this."
    ),
    "progress.nothing": N_("Nothing has been checked yet. Run `deepgrade check FILE` once you have written something."),
    "progress.passed": N_("passed"),
    "progress.total": N_("{passed} of {count} exercises passed, {work} in progress · {points} of {max_points} points"),
    "progress.untouched": N_("not started"),
    "progress.work": N_("in progress"),
    "pytest.hints_how": N_("For hints, run pytest again with --deepgrade-hints=1, then 2, then 3."),
    "pytest.open": N_("Not everything passes yet, so the exit status is 1. What is not written yet is skipped."),
    "pytest.page": N_("Page with pictures: {path}"),
    "pytest.same": N_("The same as for {name} above."),
    "reference.nan": N_("The reference's {name} contains NaN. Fix the reference, or give the output a property."),
    "reference.no_output": N_(
        "The reference of {symbol} yields no {name} in group {group!r}, worth {points} points. Set "
        'points={{"{name}@{group}": 0}} or yield it.'
    ),
    "reference.raises": N_(
        "The reference of {symbol} raises {kind} ({text}) in case {case!r}. Fix the solution, the probe or the case; "
        "'deepgrade verify' shows it."
    ),
    "reference.undefined": N_(
        "The reference of {symbol} does not define {missing}, which case {case!r} needs. Fix the solution, the probe "
        "or the case; 'deepgrade verify' shows it."
    ),
    "reference.unsupported": N_(
        "The reference's {name} is {sort}, which cannot be compared. Fix the reference, or give the output a property."
    ),
    "relation.absolute": N_("{name} is the absolute value of the expected result."),
    "relation.all_nan": N_("{name} is NaN everywhere."),
    "relation.as_if_higher": N_("{name} would be right if every number in {input} were larger by 1."),
    "relation.as_if_inverted": N_("{name} would be right if every True in {input} were False and every False True."),
    "relation.as_if_late": N_("{name} would be right if {input} came one index later along axis {axis}."),
    "relation.as_if_lower": N_("{name} would be right if every number in {input} were smaller by 1."),
    "relation.as_if_negated": N_("{name} would be right if {input} had the opposite sign."),
    "relation.as_if_one": N_("{name} would be right if {input} were 1: its value plays no part."),
    "relation.as_if_reread": N_(
        "{name} would be right for other rows and columns in {input}: it is reshaped where it has to be transposed."
    ),
    "relation.as_if_reversed": N_("{name} would be right if {input} were reversed along axis {axis}."),
    "relation.as_if_swapped": N_("{name} would be right if {input} and {other} were swapped."),
    "relation.as_if_zero": N_("{name} would be right if {input} were 0: its value plays no part."),
    "relation.averaged_away": N_(
        "{name} is averaged over axis {axis}, which should stay: shape {actual}, expected {expected}."
    ),
    "relation.column_factors": N_("{name}: each column is off by a factor of its own."),
    "relation.column_offsets": N_(
        "{name}: each column is off by an amount of its own, which is added to the whole column."
    ),
    "relation.complement": N_("{name} is 1 minus the expected result, everywhere."),
    "relation.constant": N_("{name} is {value} everywhere."),
    "relation.divided": N_("{name} is the expected result, divided by {factor}."),
    "relation.early": N_("{name} is one place early along axis {axis}: each value is one index too early."),
    "relation.eps": N_(
        "{name} is what a different ε gives. With larger numbers any small ε works; here its value and position matter."
    ),
    "relation.exponential": N_("{name} is the exponential of the expected result."),
    "relation.extra_axis": N_(
        "{name} holds the right numbers, but has an extra axis of length 1: shape {actual}, expected {expected}."
    ),
    "relation.flipped": N_("{name} is reversed along axis {axis}."),
    "relation.flipped_both": N_("{name} is reversed along its last two axes."),
    "relation.function": N_("{name} is {function} applied to the expected result."),
    "relation.function_missing": N_("The expected result is {function} applied to {name}."),
    "relation.input": N_("{name} is the input {input}, unchanged."),
    "relation.inverse": N_("{name} is 1 divided by the expected result."),
    "relation.late": N_("{name} is one place late along axis {axis}: each value is one index too late."),
    "relation.later_steps": N_("{name} is right at first and wrong from {first} on."),
    "relation.logarithm": N_("{name} is the logarithm of the expected result."),
    "relation.lost_axis": N_(
        "{name} holds the right numbers, but an axis of length 1 is gone: shape {actual}, expected {expected}."
    ),
    "relation.minus": N_("{name} is the expected result, minus {term}."),
    "relation.minus_other": N_("{name} is its own expected result, minus that of {other}."),
    "relation.no_running_sum": N_("The expected result is the running sum of {name} along axis {axis}."),
    "relation.normalised": N_("{name} is the expected result, divided by its own {by}."),
    "relation.not_averaged": N_("{name} is not averaged over axis {axis}: shape {actual}, expected {expected}."),
    "relation.not_normalised": N_("The expected result is {name} divided by its own {by}."),
    "relation.not_summed": N_("{name} is not summed over axis {axis}: shape {actual}, expected {expected}."),
    "relation.offset": N_("{name} is off by the same amount everywhere: {offset}."),
    "relation.ones": N_("{name} is 1 everywhere."),
    "relation.only_above": N_("{name} is wrong only above the diagonal."),
    "relation.only_block": N_("{name}: only block {block} of {blocks} along the last axis is wrong."),
    "relation.only_border": N_("{name} is wrong only at the border; the inside is right."),
    "relation.only_diagonal": N_("{name} is wrong only on the diagonal."),
    "relation.only_expected_zero": N_("{name} is wrong only where 0 is expected."),
    "relation.only_first": N_("{name} is wrong only at the first index of axis {axis}."),
    "relation.only_inside": N_("{name} is wrong only inside; the border is right."),
    "relation.only_last": N_("{name} is wrong only at the last index of axis {axis}."),
    "relation.only_negative": N_("{name} is wrong only where {input} is negative."),
    "relation.only_not_first": N_("{name} is right at the first index of axis {axis} and wrong at every later one."),
    "relation.only_not_last": N_("{name} is right at the last index of axis {axis} and wrong at every earlier one."),
    "relation.only_off_diagonal": N_("{name} is right on the diagonal and wrong everywhere else."),
    "relation.only_positive": N_("{name} is wrong only where {input} is positive."),
    "relation.only_repeated": N_("{name} is wrong only in the rows that {input} selects more than once."),
    "relation.only_zero": N_("{name} is wrong only where {input} is 0."),
    "relation.other_columns": N_("{name} holds the right columns in a different order (along its last axis)."),
    "relation.other_order": N_(
        "{name} holds the right numbers, read column by column instead of row by row: shape {actual}, expected "
        "{expected}."
    ),
    "relation.other_output": N_("{name} holds the expected result of {other}."),
    "relation.other_rows": N_("{name} holds the right rows in a different order (along its first axis)."),
    "relation.other_way": N_("{name} moves away from {input} by the right amount, in the opposite direction."),
    "relation.permuted_axes": N_("{name} has its axes in a different order: shape {actual}, expected {expected}."),
    "relation.permuted_blocks": N_("{name} holds the right blocks in a different order: {order}."),
    "relation.plus": N_("{name} is the expected result, plus {term}."),
    "relation.plus_multiple": N_(
        "{name} is the expected result, plus a multiple of {term}: {factor} times here, and a different factor with "
        "other inputs."
    ),
    "relation.plus_other": N_("{name} is its own expected result, plus that of {other}."),
    "relation.proportional": N_(
        "{name} is a multiple of the expected result: {factor} times here, and a different factor with other inputs."
    ),
    "relation.ratio": N_("{name} is {factor} times the expected result, everywhere."),
    "relation.ratio_named": N_("{name} is {factor} times the expected result: that is {cause}."),
    "relation.ratio_named_sign": N_(
        "{name} is −{factor} times the expected result: the sign is wrong, and {factor} is {cause}."
    ),
    "relation.reread": N_(
        "{name} holds the right numbers in a different order: it is reshaped where its axes have to be transposed."
    ),
    "relation.reshaped": N_(
        "{name} holds the right numbers in the right order, but in a different shape: {actual}, expected {expected}."
    ),
    "relation.rooted": N_("{name} is the square root of the expected result."),
    "relation.rounded": N_("{name} is the expected result, rounded to whole numbers."),
    "relation.row_factors": N_("{name}: each row is off by a factor of its own."),
    "relation.row_offsets": N_("{name}: each row is off by an amount of its own, which is added to the whole row."),
    "relation.running_sum": N_("{name} is the running sum of the expected result along axis {axis}."),
    "relation.same_as": N_("{name} holds the same values as {other}, which is wrong: fix {other} first."),
    "relation.sign": N_("{name} has the wrong sign everywhere; its size is right."),
    "relation.squared": N_("{name} is the square of the expected result."),
    "relation.step_factor": N_(
        "{name}: the step has the right direction, but is {factor} times as long as expected: that is {cause}."
    ),
    "relation.step_gradient": N_(
        "{name}: the step is {input} times one number for the whole array; the expected step has a different direction."
    ),
    "relation.step_length": N_(
        "{name}: the step has the right direction, but the wrong length; here {factor} times the expected one."
    ),
    "relation.step_unit": N_(
        "{name}: the step has the right direction, but its length is {length} every time, whatever the gradient."
    ),
    "relation.summed_away": N_(
        "{name} is summed over axis {axis}, which should stay: shape {actual}, expected {expected}."
    ),
    "relation.times": N_("{name} is the expected result, times {factor}."),
    "relation.too_large_axis": N_("{name} is {size} times too large: {size} is {axis}."),
    "relation.too_large_batch": N_("{name} is {size} times too large: {size} is the batch size {axis}."),
    "relation.too_small_axis": N_("{name} is {size} times too small: {size} is {axis}."),
    "relation.too_small_batch": N_("{name} is {size} times too small: {size} is the batch size {axis}."),
    "relation.transposed": N_("{name} is the transpose of the expected result: shape {actual}, expected {expected}."),
    "relation.zeroed_negative": N_("{name} is 0 wherever {input} is negative or 0, and right elsewhere."),
    "relation.zeroed_positive": N_("{name} is 0 wherever {input} is positive, and right elsewhere."),
    "relation.zeroed_zero": N_("{name} is 0 wherever {input} is 0, and right elsewhere."),
    "relation.zeros": N_("{name} is 0 everywhere."),
    "remote.ahead": N_("Waiting for the result: {count} are graded before yours …"),
    "remote.ask_again": N_("There is no result yet. Ask again in a moment."),
    "remote.ask_email": N_("E-mail address"),
    "remote.ask_password": N_("Password"),
    "remote.ask_token": N_("Personal token"),
    "remote.certificate": N_(
        "The certificate of {url} cannot be trusted: {reason}. Check the address. If your school signs its own "
        "certificates, set SSL_CERT_FILE to their file."
    ),
    "remote.course_closed": N_("The course {slug} is not open at {url}. Ask its staff when it opens."),
    "remote.courses": N_("Your courses: {known}."),
    "remote.cut": N_(
        "The connection to {url} was lost while {file} was being sent, and it is not known whether it arrived. Run "
        "the same command again: if it did arrive, you get its receipt."
    ),
    "remote.cut_off": N_("The answer from {url} was cut off. Try again in a moment."),
    "remote.down": N_(
        "The service at {url} is not running at the moment (HTTP {status}). Try again in a minute, or tell your "
        "course's staff."
    ),
    "remote.grading": N_("Your work is being graded …"),
    "remote.in_no_course": N_("You are not in any course at {url}. Ask the course's staff for an invitation link."),
    "remote.insecure": N_(
        "{url} is not encrypted: anyone along the way could read your password. Use https, or add --insecure if you "
        "trust the network."
    ),
    "remote.logged_in": N_("Logged in to {url} as {name}. The token is in {path}, which only you can read."),
    "remote.logged_out": N_("Logged out of {url}."),
    "remote.no_connection": N_("{url} does not answer: {reason}. Check the address and your network, then try again."),
    "remote.no_course": N_("You are not in a course {slug!r}. Yours: {known}."),
    "remote.no_login": N_(
        "You are not logged in. Run `deepgrade login URL` with the address of your course's service."
    ),
    "remote.no_login_at": N_("You are not logged in at {url}. Run `deepgrade login {url}`."),
    "remote.no_terminal": N_(
        "There is no terminal to type a password in. Pipe a personal token into `deepgrade login URL --token`, or "
        "set DEEPGRADE_URL and DEEPGRADE_TOKEN."
    ),
    "remote.no_tls": N_("{url} does not offer a secure connection: {reason}. Check the address and the port."),
    "remote.no_unit": N_("The course has no unit {unit!r}. Choose one of {known}."),
    "remote.no_url": N_(
        "{url!r} is not the address of a service. Expected something like https://deepgrade.example.org."
    ),
    "remote.not_service": N_(
        "The server at {url} is not a deepgrade service (HTTP {status}). Check the address, and open it in a browser: "
        "your network may ask you to log in first."
    ),
    "remote.nothing": N_("You have not handed in anything yet. Run `deepgrade submit FILE`."),
    "remote.nothing_of": N_("You have not handed in anything for {unit} yet. Run `deepgrade submit FILE`."),
    "remote.other_bytes": N_("The copy of {file} at {url} is not what was sent. Run the same command again."),
    "remote.packed": N_("{file} is sent as a zip of {count} files: {names}"),
    "remote.receipt": N_("{file} was handed in: attempt {attempt}, {at}. Receipt {receipt}, SHA-256 {digest}…"),
    "remote.receipt_not_kept": N_("The receipt could not be saved to a file here. Write it down."),
    "remote.redirected": N_(
        "{url} redirects to {target}. Nothing of yours is sent there unless you say so. If you know that address, run "
        "`deepgrade login {target}`."
    ),
    "remote.repeated": N_(
        "{file} was already handed in: attempt {attempt}, {at}. Receipt {receipt}, SHA-256 {digest}… Nothing new was "
        "sent; --again hands it in once more."
    ),
    "remote.said": N_("{text}"),
    "remote.see_later": N_("To see the result, run `deepgrade status {receipt}` or open the page above."),
    "remote.sending": N_("Handing in {file} …"),
    "remote.state_cancelled": N_("cancelled"),
    "remote.state_done": N_("graded"),
    "remote.state_leased": N_("being graded"),
    "remote.state_quarantined": N_("could not be graded; the staff will look at it"),
    "remote.state_queued": N_("waiting"),
    "remote.still_counts": N_("The token could not be revoked at the service and stays valid there. {reason}"),
    "remote.strange": N_(
        "{url} sent an answer that this version of deepgrade does not understand. Update deepgrade, or open the page "
        "in a browser."
    ),
    "remote.timeout": N_("{url} did not answer within {seconds} s. Try again in a moment."),
    "remote.token_over": N_("Your login at {url} has ended. Run `deepgrade login {url}` again."),
    "remote.too_large_between": N_(
        "Something between you and {url} refuses a file of this size before the service sees it. Clear the notebook's "
        "outputs, or tell your course's staff."
    ),
    "remote.unreadable": N_("{path} cannot be read: {reason}. Check that you have permission to read it."),
    "remote.wait_failed": N_(
        "Your work was handed in, but its result cannot be fetched now. {reason} Later, run `deepgrade status "
        "{receipt}`."
    ),
    "remote.wait_stopped": N_(
        "Stopped waiting. Your work was handed in all the same: `deepgrade status {receipt}` shows its result."
    ),
    "remote.waiting": N_("Waiting for the result …"),
    "remote.which_course": N_("Choose a course with --course. Yours: {known}."),
    "remote.which_unit": N_("{file} does not say which unit it belongs to. Add --unit with one of {known}."),
    "report.more": N_("(messages not shown: {count})"),
    "report.printed_cut": N_("Your code printed more than is kept: {count} characters are left out."),
    "report.values_cut": N_("The values of {count} checks are left out to keep the report small."),
    "roster.absent": N_("Nothing was handed in by: {names}."),
    "roster.bad": N_("{path}, line {line} is left out: {why}."),
    "roster.bad_long": N_("it has more cells than there are columns"),
    "roster.bad_more": N_("{path}: {count} further lines are left out."),
    "roster.bad_no_email": N_("it has no e-mail address"),
    "roster.bad_nobody": N_("it has neither a name nor a number"),
    "roster.bad_twice": N_("its number or address is already in an earlier line"),
    "roster.cp949": N_("{path} is CP949, not UTF-8, and was read as such; the first name in it is {name}."),
    "roster.damaged": N_("The roster {path} is damaged at line {line}: {reason}. Export it again."),
    "roster.empty": N_(
        "The roster {path} contains no students. Expected a line of column names and one row per student."
    ),
    "roster.encoding": N_(
        "The roster {path} is neither UTF-8 nor CP949. In Excel, save it as “CSV UTF-8 (comma delimited)”."
    ),
    "roster.no_columns": N_(
        "The roster {path} has no column that identifies a student; its first line is: {found}. Name the columns "
        "`name`, `id`, `email`, or use the export from Moodle or Canvas as it is."
    ),
    "roster.read": N_("{path}: {count} students ({columns}); {here} handed in, {absent} did not."),
    "roster.spreadsheet": N_(
        "The roster {path} is a spreadsheet, not a CSV file. Save it as “CSV UTF-8 (comma delimited)” and use that "
        "file."
    ),
    "roster.strangers": N_("Not on the roster, or not clearly identified: {names}."),
    "roster.too_big": N_("The roster {path} is larger than {limit_kb} KB. Use a CSV file with one row per student."),
    "roster.too_many": N_("The roster {path} has more than {limit} rows. Use a CSV file with one row per student."),
    "roster.unreadable": N_("The roster {path} cannot be read: {reason}. Use a CSV file."),
    "sandbox.architecture": N_("There is no system call filter for {machine!r}. Grade on one of {known}."),
    "sandbox.control_group": N_(
        "The sandbox's control group does not accept its limits: {reason}. Run `deepgrade doctor`, or give an exercise "
        "more `memory_mb`."
    ),
    "sandbox.docker_elsewhere": N_(
        "Docker runs at {endpoint}, not on this machine. Start it here: it must be able to read the guest's files."
    ),
    "sandbox.ended": N_(
        "The sandbox did not start: it ended with status {status}. Run `deepgrade doctor` to see what is missing."
    ),
    "sandbox.engine_failed": N_("`{engine} {command}` failed: {reason}. {step}"),
    "sandbox.guest_unwritable": N_(
        "The guest's files cannot be written to {folder}: {reason}. Set XDG_CACHE_HOME to a writable folder."
    ),
    "sandbox.input": N_(
        "The input {case} of {unit}.{symbol} cannot be sent to the sandbox: {strange}. Give arrays, numbers, strings, "
        "lists, tuples and dicts; let the probe build the rest from them."
    ),
    "sandbox.limits_broken": N_(
        "The sandbox {name!r} does not enforce these limits here: {limits}. Nothing is graded without them. Run "
        "`deepgrade doctor` to see all limits."
    ),
    "sandbox.linux_only": N_("This sandbox works on Linux only. Use a Linux machine or a virtual machine."),
    "sandbox.locks": N_("The locks in {folder} cannot be used: {reason}. Give root write access."),
    "sandbox.no_answer": N_("`{engine} {command}` did not answer within {seconds:.0f} s. Is its daemon overloaded?"),
    "sandbox.no_container": N_("The container did not start: {reason}. {step}"),
    "sandbox.no_device": N_("This sandbox has no device {device!r}. Open it with the need `cuda`."),
    "sandbox.no_guest": N_(
        "The sandbox's own Python was not found; searched {places}. Run `make install`, or `python -m venv .guest && "
        ".guest/bin/pip install numpy` in the course folder."
    ),
    "sandbox.no_numpy": N_("NumPy is not installed in {path}. Install it: `{home}/bin/pip install numpy`."),
    "sandbox.no_uid": N_("All {count} user ids for sandboxes are in use. Wait until other grading has ended."),
    "sandbox.no_version": N_(
        "The version of the Python in {home} cannot be determined. Create it again with `make install`."
    ),
    "sandbox.not_ahead": N_("The next sandbox could not be opened ahead of time: {reason}. It will be tried again."),
    "sandbox.not_compiled": N_(
        "{python} cannot compile the guest's files: {reason}. Create it again with `make install`."
    ),
    "sandbox.not_installed": N_("{program} is not installed. Install it, for example `{command}`."),
    "sandbox.not_started": N_("The sandbox did not start: {reason}. Run `deepgrade doctor` to see what is missing."),
    "sandbox.not_started_step": N_("The sandbox did not start: {reason}. {step}"),
    "sandbox.profile_unwritable": N_(
        "The system call profile cannot be written to {folder}: {reason}. Set XDG_CACHE_HOME to a writable folder."
    ),
    "sandbox.used": N_("This sandbox has already been used. Open another one for the next submission."),
    "server.account_closed": N_("This account is closed. Open it first."),
    "server.backed_up": N_("Copied to {path} ({size_mb} MB)."),
    "server.backup_bad": N_("{path} is damaged: {reason}. Use another backup."),
    "server.backup_kind": N_("The database is PostgreSQL, which has its own tools. Use `pg_dump` and `pg_restore`."),
    "server.backup_there": N_("{path} already exists. Choose a new folder."),
    "server.busy": N_(
        "The database {name} is busy: another program has been writing to it for {seconds} s. Nothing was "
        "changed. Try again in a moment."
    ),
    "server.course_empty": N_(
        "{path} has no units: there is no unit in its folder {folder}. Expected files such as u01_name.py."
    ),
    "server.course_folder": N_("{path!r} is not the full path of a folder. Expected something like /srv/course."),
    "server.course_slug": N_(
        "{slug!r} cannot be the short name of a course. Use lower-case letters, digits and hyphens, at most 64."
    ),
    "server.course_taken": N_("There is already a course {slug!r}. Choose another short name."),
    "server.database": N_(
        "The database cannot be opened: {reason}. Give a URL such as sqlite:///deepgrade.db or "
        "postgresql+psycopg://host/name."
    ),
    "server.demo": N_("A sample class; it is gone when the service stops. Log in with:"),
    "server.demo_data": N_("--demo has a data folder of its own. Leave --data out."),
    "server.email_taken": N_(
        "There is already an account for {email}. Log in with it, or use the link that was sent to this address."
    ),
    "server.empty": N_("{name} is empty. Choose the file with your work."),
    "server.first_admin": N_("Open this link within a day to become the first admin; it works once: {url}"),
    "server.day_full": N_(
        "You can hand in at most {limit_mb} MB within a day. Hand in smaller files, or wait until tomorrow."
    ),
    "server.full": N_(
        "Nothing was stored: the disk of the database {name} is full. Earlier submissions are safe. Tell the staff."
    ),
    "server.invitation_over": N_(
        "This link has been used, has expired or is for another address. Ask the course's staff for a new one."
    ),
    "server.kept_before": N_("The previous contents are in {path}."),
    "server.last_admin": N_("This is the only admin who can log in. Make somebody else an admin first."),
    "server.last_instructor": N_(
        "This is the only instructor of the course who can log in. Make somebody else an instructor first."
    ),
    "server.link_over": N_("This link has been used or has expired. Ask an admin for a new one."),
    "server.link_uses": N_(
        "A link for several people is for students, has no e-mail address and admits at most {most} of them."
    ),
    "server.listening": N_("The service answers at {url}. Stop it with Ctrl-C."),
    "server.moved": N_(
        "The database {name} is not where it was: nothing was stored. Stop the service, and put back the folder or a "
        "backup."
    ),
    "server.newer": N_(
        "The database {name} has revision {revision}, which this version of deepgrade does not know. Use the version "
        "that wrote it, or restore a backup."
    ),
    "server.no_address": N_(
        "The service cannot listen on {host}, port {port}: {reason}. Choose others with --host and --port."
    ),
    "server.no_class": N_("There is no sample class at {path}. Run --demo in a copy of deepgrade's repository."),
    "server.no_database": N_("There is no database {path}. Check the folder."),
    "server.no_email": N_("{email!r} is not an e-mail address. Expected something like kim@example.org."),
    "server.no_extra": N_(
        "The service needs packages that are not installed: {missing}. Run `pip install 'deepgrade[server]'`."
    ),
    "server.no_member": N_("This person is not in the course."),
    "server.no_sandbox": N_("The service grades other people's code and does not run without a sandbox. Choose one."),
    "server.no_submission": N_("There is no submission {name!r} that could be graded again."),
    "server.no_time": N_("{said!r} is not a date and time. Expected something like 2026-09-01T09:00."),
    "server.no_unit_name": N_("{unit!r} is not the name of a unit. Choose one from the course."),
    "server.no_user": N_("There is no such account."),
    "server.not_in_yet": N_(
        "This person has never logged in. They must do so first: only someone who has proved that the account is "
        "theirs can get more rights."
    ),
    "server.number": N_("The service does not know this number or name. Check the address."),
    "server.password_long": N_("The password has {count} characters, expected at most {most}."),
    "server.password_short": N_(
        "The password has {count} characters, expected at least {least}. A few words are easier to remember than "
        "symbols."
    ),
    "server.port_taken": N_(
        "Another program is already listening on {host}, port {port}. Choose another port with --port."
    ),
    "server.restored": N_("The backup was restored to {path}. Restart the service if it is running."),
    "server.role": N_("There is no role {role!r}. Choose one of {known}."),
    "server.running": N_(
        "Another service is running with the data in {path}. Stop it, or choose another folder with --data."
    ),
    "server.setting": N_("{name} is {value!r}, expected {expected}."),
    "server.too_large": N_(
        "{name} is {size_mb} MB, expected at most {limit_mb} MB. Clear the notebook's outputs, or leave data and "
        "pictures out."
    ),
    "server.unreachable": N_(
        "The database {name} does not answer: {reason}. Nothing was changed. Try again in a moment."
    ),
    "server.waiting": N_("{count} of your checks are still waiting. Wait for one of them before you start another."),
    "server.workers_ended": N_(
        "The grading processes were not ready within {seconds} s and ended {count} times. The log has the reason."
    ),
    "server.wrong_password": N_("The current password is wrong."),
    "sort.array": N_("an array of shape {shape}"),
    "sort.bool": N_("True or False"),
    "sort.class": N_("a class, not an instance of it"),
    "sort.complex": N_("a complex number"),
    "sort.detailed": N_("{sort} ({detail})"),
    "sort.dict": N_("a dict"),
    "sort.float": N_("a float"),
    "sort.function": N_("a function that was not called"),
    "sort.generator": N_("a generator"),
    "sort.int": N_("an integer"),
    "sort.list": N_("a list"),
    "sort.method": N_("a method that was not called"),
    "sort.module": N_("a module"),
    "sort.none": N_("None"),
    "sort.not_implemented": N_("NotImplemented"),
    "sort.numpy": N_("a NumPy array"),
    "sort.object": N_("an object of class {kind}"),
    "sort.set": N_("a set"),
    "sort.str": N_("a string"),
    "sort.tensor": N_("a torch tensor"),
    "sort.tuple": N_("a tuple"),
    "source.bom": N_("{file} starts with a byte order mark; it was left out."),
    "source.captures": N_(
        "{file}, line {line}, has a pattern that captures {count} names, more than the limit of {limit}. Use a shorter "
        "pattern."
    ),
    "source.character": N_(
        "{file}, line {line}, contains the character {character}, which can hide or reorder code. Delete it (retype "
        "the line) and try again."
    ),
    "source.cookie": N_(
        "{file}, line {line}, declares the encoding {encoding}; expected utf-8. Remove that line and save the "
        "file as UTF-8."
    ),
    "source.dots": N_(
        "{file}, line {line}, joins more than {limit} names with dots. Import or use what you need by a shorter path."
    ),
    "source.empty": N_("{file} is empty. Save your work and try again."),
    "source.encoding": N_(
        "{file} is not UTF-8: line {line} contains a byte that cannot be read (it looks like {guess}). Save the file "
        "as UTF-8 and try again."
    ),
    "source.keywords": N_(
        "{file}, line {line}, has a call with {count} named arguments, more than the limit of {limit}. Pass them in a "
        "dictionary."
    ),
    "source.line": N_("line {line}"),
    "source.line_of": N_("line {line} of {file}"),
    "source.long": N_(
        "{file} contains {size_kb} KB of Python, more than the limit of {limit_kb} KB. Leave out data and generated "
        "text; keep the code you wrote."
    ),
    "source.name": N_(
        "{file}, line {line}, contains a name of {count} characters, more than the limit of {limit}. Give it a short "
        "name."
    ),
    "source.nested": N_(
        "{file} nests expressions too deeply to be read. Split long chains of operators or brackets into several lines."
    ),
    "source.place": N_("{line} of cell {cell}"),
    "source.syntax": N_("{file}, line {line}: {reason}: {text}"),
    "start.begin": N_("Begin with {file}, then run: {command}"),
    "start.changed": N_("{file}: {updated} updated, {new} new, {kept} of yours kept"),
    "start.copied": N_("You had changed {names}: your version is below the new one."),
    "start.differ": N_("The outline of {names} has changed in the course. Yours is kept; compare it with {file}."),
    "start.earlier": N_("The files as they were: {path}"),
    "start.how_update": N_("To update them to this release and keep what you wrote: {command}"),
    "start.kept": N_("{count} files kept, because you changed them:"),
    "start.merged": N_("{count} files with your work updated to this release:"),
    "start.new": N_("{count} files created."),
    "start.refused": N_("{count} files left alone, because they cannot be read:"),
    "start.removed": N_("No longer in the course, kept at the end: {names}."),
    "start.unreadable": N_("{file} cannot be read ({reason}). Repair it or move it away, then run the command again."),
    "start.untouched": N_("{count} files with your work need no update."),
    "start.updated": N_("{count} files brought up to date."),
    "step.build_image": N_("Build it: `docker/build cpu`, or `ENGINE=podman docker/build cpu`."),
    "step.describe_devices": N_("Describe the devices: `nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`."),
    "step.disk_file": N_("There is a file where a folder is needed: choose another place."),
    "step.disk_full": N_("Free some space or choose another folder, then try again."),
    "step.disk_other": N_("Choose another place, then try again."),
    "step.disk_rights": N_("Choose a folder that you can write to."),
    "step.docker_group": N_("Join the group `docker` and log in again, or use Podman."),
    "step.doctor_oci": N_("Run `deepgrade doctor --sandbox oci` to see what is missing."),
    "step.grade_again": N_("Grade this submission again, with the same --out."),
    "step.guest_readable": N_("Make the guest's environment readable for everyone: `chmod -R go+rX .guest`."),
    "step.guest_torch": N_("Install it for the guest: `.guest/bin/pip install torch`."),
    "step.namespaces": N_(
        "This host forbids the namespaces that the sandbox needs: run as root, or allow them (on Ubuntu 24.04 `sysctl "
        "-w kernel.apparmor_restrict_unprivileged_userns=0`; in a container, grant more privileges)."
    ),
    "step.report": N_("Give a file from the reports/ folder that 'deepgrade grade --out DIR' wrote."),
    "step.start_docker": N_("Start Docker: `systemctl start docker`, or manually with `docker/start`."),
    "step.toolkit": N_("Install NVIDIA's container toolkit, or grade with `--device cpu`."),
    "submission.ambiguous": N_(
        "{name} contains several files that could be {unit}: {files}. Keep the one that counts and try again."
    ),
    "submission.both_edited": N_(
        "{unit} was edited in several files: {files}. Keep the one that counts, remove the others and try again."
    ),
    "submission.many_versions": N_(
        "{name} contains {count} different files for {unit}, more than the {limit} that are compared. Keep the one "
        "that counts, remove the others and try again."
    ),
    "submission.near_unit": N_(
        "{file} belongs to no unit of this course; did you mean {near}? Name the file after its unit, or give the unit "
        "with --unit."
    ),
    "submission.no_code": N_(
        "{name} contains no code, only {others}: expected a file such as {example}.py or {example}.ipynb. Save your "
        "work in that format and try again."
    ),
    "submission.no_units": N_(
        "{name} contains no unit: expected a file such as {example}.py or {example}.ipynb. Name your file after its "
        "unit, or give the unit with --unit."
    ),
    "submission.unit_absent": N_(
        "{name} contains no {unit}; it contains {found}. Add {unit}, or give another unit with --unit."
    ),
    "submission.unit_by_metadata": N_("{file} was read as {unit}, because the notebook says so."),
    "submission.unknown_unit": N_(
        "{file} belongs to no unit of this course. Name the file after its unit, or give the unit with --unit."
    ),
    "text": N_("{text}"),
    "trial.environment": N_("read its own and the first process's environment"),
    "trial.files": N_("looked for the host's files, wrote outside /tmp"),
    "trial.job_memory": N_("used 464 MB in four processes and files in /tmp, with a limit of 192 MB"),
    "trial.landlock": N_("listed folders, read /proc"),
    "trial.memory": N_("asked for 512 MB with a limit of 192 MB"),
    "trial.neighbours": N_(
        "locked, watched and signalled through library files, asked for the host's load, asynchronous I/O, sync"
    ),
    "trial.network": N_("opened sockets, looked up a name"),
    "trial.output": N_("printed endlessly"),
    "trial.pids": N_("started more than 16 processes"),
    "trial.privileges": N_("looked for root and capabilities, asked for namespaces, ptrace, bpf"),
    "trial.programs": N_("started programs"),
    "trial.supervisor": N_("sent the first process signals, read its memory"),
    "trial.wall": N_("ran longer than 0.3 s"),
    "ui.about": N_("{exercises}: {said}"),
    "ui.absent": N_("Not submitted: {points} points"),
    "ui.actual": N_("yours"),
    "ui.case": N_("Case: {case}"),
    "ui.class": N_("Class"),
    "ui.common": N_("What the class gets wrong, by number of students"),
    "ui.counterexample": N_("Case: {case}. A hidden input failed; this fresh one fails the same way."),
    "ui.course": N_("Course: {path}"),
    "ui.curve": N_("{name} over {over}"),
    "ui.demo_pages": N_("Pages with pictures: {path}"),
    "ui.demo_student": N_("what {student} sees"),
    "ui.difference": N_("difference"),
    "ui.distribution": N_("Distribution of scores"),
    "ui.exercise": N_("exercise"),
    "ui.exercises": N_("Exercises, hardest first"),
    "ui.exercises_passed": N_("exercises passed: {passed} of {count}"),
    "ui.expected": N_("expected"),
    "ui.feedback": N_("Feedback"),
    "ui.feedback_for": N_("Feedback for {student}"),
    "ui.flags": N_("For staff to check"),
    "ui.full_marks": N_("full marks"),
    "ui.heat_map": N_("Heat map of {name}, {what}, shape {shape}"),
    "ui.hint": N_("Hint {number} of {count}"),
    "ui.hint_for": N_("{name}, hint {number} of {count}"),
    "ui.hints_how": N_("For hints, repeat the command with --hints 1, then 2, then 3."),
    "ui.hints_left": N_("More hints on request: {count}"),
    "ui.index": N_("index"),
    "ui.late": N_("late"),
    "ui.legend_above": N_("above 0"),
    "ui.legend_below": N_("below 0"),
    "ui.legend_beyond": N_("beyond the scale of {limit}; the largest is {largest}"),
    "ui.legend_error": N_("size of the difference"),
    "ui.legend_frame": N_("The line leaves the frame; it reaches from {low} to {high}."),
    "ui.legend_gaps": N_("Gaps: the value there is not a finite number."),
    "ui.legend_not_passed": N_("not passed"),
    "ui.legend_odd": N_("not a finite number (NaN or infinite)"),
    "ui.legend_squares": N_("One square per exercise:"),
    "ui.legend_worst": N_("furthest off"),
    "ui.look_count": N_("need a look"),
    "ui.looks": N_("need a look: {count}"),
    "ui.median": N_("median: {percent}"),
    "ui.median_score": N_("median"),
    "ui.mistake": N_("recognised mistake"),
    "ui.more_diagnoses": N_("(further mistakes not shown: {count})"),
    "ui.more_lines": N_("(lines not shown: {count})"),
    "ui.no_score": N_("No score: the grader had an internal error; this is not your mistake. It will be graded again."),
    "ui.not_run": N_(
        "No score yet: {count} of {total} exercises did not run here. The others have {score} of {max_score} points."
    ),
    "ui.nothing": N_("nothing"),
    "ui.nothing_common": N_("No mistake was recognised in this class."),
    "ui.nothing_ran": N_("No score yet: none of it could be run here."),
    "ui.own_line": N_("your line {line}"),
    "ui.passed_of": N_("passed by {passed} of {count}"),
    "ui.points": N_("points"),
    "ui.printed": N_("Your code printed:"),
    "ui.printed_errors": N_("Your code printed to stderr:"),
    "ui.recognised": N_("Recognised mistake: {title}"),
    "ui.replay_agrees": N_("Replayed: the verdicts agree."),
    "ui.replay_course": N_("The course has changed since."),
    "ui.replay_differs": N_("Replayed: the verdicts differ."),
    "ui.scale_errors": N_("Colours of the difference"),
    "ui.scale_values": N_("Colours of the values"),
    "ui.score": N_("score"),
    "ui.seconds": N_("{seconds} s"),
    "ui.show_curve": N_("Show the curve"),
    "ui.show_picture": N_("Show what it produced"),
    "ui.since": N_("Since the previous report: {changes}"),
    "ui.since_same": N_("Since the previous report: no change of points."),
    "ui.stopped": N_("Stopped."),
    "ui.student": N_("student"),
    "ui.student_count": N_("students"),
    "ui.students": N_("Students"),
    "ui.submission_count": N_("submissions"),
    "ui.submissions": N_("submissions: {count}"),
    "ui.swipe": N_("Swipe sideways for the other columns"),
    "ui.total": N_("Score {score} of {max_score}"),
    "ui.trial": N_("Limit"),
    "ui.trial_held": N_("Holds"),
    "ui.trial_how": N_("How it was tried"),
    "ui.trial_required": N_("required"),
    "ui.uncounted": N_(
        "{unit} is not counted: fewer than half of the class, or only one student, handed it in ({students}). Give the "
        "units that count with --unit."
    ),
    "ui.unit": N_("unit"),
    "ui.values": N_("Inputs and values as Python"),
    "ui.verdict": N_("result"),
    "ui.version": N_("course {version}"),
    "ui.worst": N_("Furthest off at {at}: {actual} instead of {expected}."),
    "ui.worst_nan": N_("The value at {at} is NaN, which is not a number; expected {expected}."),
    "upload.class_zip": N_("{name} looks like the download of a whole class. Unpack it and grade the folder."),
    "upload.collision": N_(
        "{name} contains {entry} and {other}, which are the same name on case-insensitive systems. Rename or remove "
        "one of them and try again."
    ),
    "upload.crash": N_(
        "Python itself crashes when it reads {name}. Leave out generated code and very long or deeply nested "
        "expressions."
    ),
    "upload.damaged_zip": N_("{name} is a damaged zip file ({reason}). Create the zip again."),
    "upload.heavy": N_(
        "Reading {name} takes Python more than {limit_mb} MB of memory. Leave out generated code and very long names, "
        "lists or expressions."
    ),
    "upload.link": N_(
        "{name} contains {entry}, which is a link or a device and not a file. Replace it with the file itself and try "
        "again."
    ),
    "upload.links_left_out": N_("Links are not followed; left out: {names}."),
    "upload.locked": N_("{name} contains {entry}, which has a password. Make the zip without a password."),
    "upload.name": N_(
        "{name} contains the file name {entry}, which has control characters, is too long or is nested too deeply. "
        "Rename the file and try again."
    ),
    "upload.not_a_file": N_("{name} is a {kind}, not a file. Choose a .py, .ipynb or .zip file, or a folder of them."),
    "upload.shadow": N_(
        "{name} contains {entry}, which would be imported instead of the library {library}. Rename the file and try "
        "again."
    ),
    "upload.skipped": N_(
        "Hidden folders and virtual environments are not read: {names}. If your code is there, move it out."
    ),
    "upload.slip": N_(
        "{name} contains the name {entry}, which points outside its folder. Zip the folder with your code and try "
        "again."
    ),
    "upload.slow": N_(
        "Reading {name} takes Python more than {limit_s} s. Leave out generated code and very long names, lists or "
        "expressions."
    ),
    "upload.startup": N_(
        "{name} contains {entry}, a file that Python or a test runner would run automatically. Remove it and try again."
    ),
    "upload.too_big": N_(
        "{name} is {size_kb} KB, more than the limit of {limit_kb} KB for a file. Keep only code; in a notebook, "
        "clear the outputs and save it again."
    ),
    "upload.too_many": N_(
        "{name} contains more than {limit} files and folders. Keep only the files you wrote for this course."
    ),
    "upload.too_much": N_(
        "{name} contains more than {limit_mb} MB of code. Keep only the files you wrote for this course."
    ),
    "upload.unreadable": N_("{name} cannot be read ({reason}). Check the file and its permissions and try again."),
    "upload.wrong_type": N_(
        "{name} is a {suffix} file; expected .py, .ipynb, .zip or a folder. Save your work as a .py or .ipynb file "
        "and use that."
    ),
    "usage.absent_class": N_("{path} does not exist. Give a submission or a folder of submissions."),
    "usage.absent_file": N_("{path} does not exist. Give a .py, .ipynb or .zip file, or a folder of them."),
    "usage.absent_near": N_("{path} does not exist. {near}"),
    "usage.absent_out": N_("{path} does not exist. Give the folder that 'deepgrade grade PATH --out DIR' wrote."),
    "usage.check_with_to": N_(
        "--check was given with --to. A bundle is always written from scratch; leave one of them out."
    ),
    "usage.course_handed_in": N_(
        "The course {path} is inside {graded}, which is to be graded. Use a course outside it."
    ),
    "usage.course_not_started": N_(
        "The course in {path} was not created on this computer, or has been changed since. Start from the bundle again "
        "(deepgrade start DIR --from BUNDLE), or name a course with --course."
    ),
    "usage.course_unnamed": N_(
        "There is a course in {path}, but it was not chosen with --course, and deepgrade was not installed from there. "
        "If it is yours, use --course {path}; if it was handed in, run the command in another folder."
    ),
    "usage.flat_several": N_(
        "{path} contains files of several students, and those of {student} belong to more than one unit. For the "
        "instructor: give each student a folder with all their files, such as {example}."
    ),
    "usage.flat_unrelated": N_(
        "The files in {path} start with different names, and each belongs to a different unit. For the instructor: "
        "give each student a folder, such as {example}; if they are all from one student, remove the names from the "
        "file names."
    ),
    "usage.json_with_format": N_(
        "--json was given with --format {form}. Leave one of them out: each says what standard output holds."
    ),
    "usage.near": N_("Did you mean {names}?"),
    "usage.no_bundle": N_(
        "{path} contains no units (folders with an expected.json). Use the folder your instructor gave you: deepgrade "
        "start DIR --from BUNDLE."
    ),
    "usage.no_course": N_("The course folder {path} does not exist. Give the folder that contains reference/."),
    "usage.no_exercise": N_("There is no exercise {symbol!r} here; the exercises are {known}. {near}"),
    "usage.no_exercise_in_unit": N_("Unit {unit} has no exercise {symbol!r}; it has {known}. {near}"),
    "usage.no_exercises": N_("{path} has no {folder}/ folder. Run this in the course repository."),
    "usage.no_expected": N_(
        "No expected values of {unit} were found beside {path} or in an assignments/ folder above it. Give the "
        "course's files with --course DIR, or create them with 'deepgrade start DIR'."
    ),
    "usage.no_expected_in": N_(
        "No expected values of {unit} were found in {path}. Give the course's files with --course DIR, or create them "
        "with 'deepgrade start DIR'."
    ),
    "usage.no_manifest": N_(
        "{path} has no course.toml, so it is not a course. Name the course's folder with --course, or create one with "
        "'deepgrade new course DIR'."
    ),
    "usage.no_reference": N_(
        "{path} has no {folder}/ folder, which grading needs. Run this in the course repository or give it with "
        "--course; to practise, use 'deepgrade check'."
    ),
    "usage.no_reports": N_("{path} contains no reports. Give the folder that 'deepgrade grade PATH --out DIR' wrote."),
    "usage.no_run": N_("{path} contains no run to replay: its verdict is {verdict}. Grade it again instead."),
    "usage.no_sample_class": N_("There is no sample class in {path}. Run the demo inside the course repository."),
    "usage.no_sandbox": N_("There is no sandbox {name!r}. Choose one of {known}."),
    "usage.no_sketches": N_(
        "The reports in {path} contain no sketches of unnamed failures: an earlier version of deepgrade wrote them. "
        "Grade the class again with --out {path}."
    ),
    "usage.no_submission": N_(
        "{path} contains no submission. Expected files such as {example}, or a folder per student."
    ),
    "usage.no_unit": N_("There is no unit {unit!r}; this course has {known}. {near}"),
    "usage.no_units": N_("{path} has no units to verify. Create one with 'deepgrade new unit NAME'."),
    "usage.no_watchfiles": N_(
        "--watch needs the library watchfiles, which is not installed. Install it: `pip install watchfiles`, or "
        "with deepgrade: `pip install 'deepgrade-….whl[watch,notebook]'`."
    ),
    "usage.none": N_("none"),
    "usage.not_a_report": N_("{path} is not a deepgrade report: it is JSON of another kind. {step}"),
    "usage.not_empty": N_("{path} is not an empty folder. Name a new one."),
    "usage.number_taken": N_("The number of {unit} is already used by {taken}. Choose a free number."),
    "usage.other_course": N_(
        "The reports in {path} were graded with another course or another version of it ({then}); {course} is now "
        "{now}. Grade the class again, or name its course with --course."
    ),
    "usage.other_secret": N_(
        "{path} was made with the secret {then}, but the current one is {now}. Set DEEPGRADE_SECRET_FILE to the secret "
        "used then."
    ),
    "usage.other_submission": N_(
        "{path} is not the submission of {report}: its digest differs. Give the files that were graded."
    ),
    "usage.out_is_file": N_("{path} is a file. Give the folder that 'deepgrade grade PATH --out DIR' wrote."),
    "usage.out_is_reports": N_("{path} is the reports/ folder of a run. Give the folder that contains it: {out}."),
    "usage.report_folder": N_("{path} is not a deepgrade report: it is a folder. {step}"),
    "usage.report_not_json": N_("{path} is not a deepgrade report: it is not JSON. {step}"),
    "usage.report_schema": N_(
        "The report has schema {schema}, but this version of deepgrade reads 1 to {known}. Read it with the version "
        "that wrote it or a later one, or grade again."
    ),
    "usage.report_unreadable": N_("{path} cannot be read as a deepgrade report: {reason}. {step}"),
    "usage.resume_alone": N_("--resume was given without --out. Give the folder of the run to continue: --out DIR."),
    "usage.roster_of_one": N_(
        "--roster is for a class, but {path} is one submission. Leave it out, or give the folder or the zip of the "
        "class."
    ),
    "usage.secret_short": N_(
        "The course secret {path} has {size} bytes, expected at least 16. Delete the file and a new secret will be "
        "created; old reports can then no longer be replayed."
    ),
    "usage.secret_unreadable": N_(
        "The course secret {path} cannot be read or created: {reason}. Set DEEPGRADE_SECRET_FILE to a file that you "
        "can write to."
    ),
    "usage.student_of_many": N_("--student names one submission, but {path} contains {count}. Leave it out."),
    "usage.unit_name": N_(
        "{unit!r} is not a unit name. Expected a module name in lowercase that no library uses, such as u23_diffusion."
    ),
    "usage.unit_there": N_("The unit {unit} already exists. Edit it, or give the new one another number."),
    "usage.unprepared": N_("{path} cannot be prepared: {reason}. Choose another folder."),
    "usage.watch_no_file": N_("{path} is not a file. --watch needs one file to watch."),
    "usage.watch_with": N_("--watch was given with {option}. Leave one of them out: watching never ends by itself."),
    "verdict.broken": N_("internal error"),
    "verdict.error": N_("raised an error"),
    "verdict.fail": N_("not right yet"),
    "verdict.flagged": N_("needs a look"),
    "verdict.limit": N_("over a limit"),
    "verdict.missing": N_("not written yet"),
    "verdict.not_run": N_("not run here"),
    "verdict.pass": N_("passed"),
    "verdict.rejected": N_("could not be graded"),
    "watch.all_pass": N_("All {total} exercises pass. Well done."),
    "watch.checking": N_("Checking …"),
    "watch.keys": N_("a again · h hint · n next · l list · q quit"),
    "watch.progress": N_("{passed} of {total} exercises pass. Save the file to check again."),
    "web.absent_are": N_(
        "They are students in this course but not on this list. Nobody is removed: do that under People, one at a time."
    ),
    "web.accept": N_("Accept the invitation"),
    "web.accept_as": N_("You are logged in as {name}."),
    "web.account": N_("Account"),
    "web.account_closed": N_("account closed"),
    "web.admin": N_("Administration"),
    "web.admin_end": N_("Remove admin rights"),
    "web.admin_is": N_("Admins can do everything: add courses, see all work, make other admins."),
    "web.admin_make": N_("Make an admin"),
    "web.after": N_("Explanation"),
    "web.after_these": N_("Explanations that you have opened"),
    "web.ahead": N_("{count} ahead of it"),
    "web.archive": N_("Archive the course"),
    "web.archive_is": N_(
        "Students no longer see an archived course. Everything in it stays, and it can be opened again."
    ),
    "web.archive_undo": N_("Open the course again"),
    "web.archived": N_("archived"),
    "web.at": N_("When"),
    "web.attempt": N_("Attempt {number}"),
    "web.attempts": N_("Your submissions"),
    "web.back_to": N_("Back to: {title}"),
    "web.begin": N_("Start: {title}"),
    "web.change_role": N_("Change the role"),
    "web.changed": N_("What has changed since attempt {number}"),
    "web.changes_busy": N_("Too many attempts are being compared. Try again in a moment."),
    "web.changes_cut": N_("More has changed than fits here."),
    "web.changes_none": N_("There is no earlier attempt."),
    "web.changes_rest": N_("Other cells"),
    "web.changes_show": N_("Show what has changed"),
    "web.changes_too_much": N_("These two attempts are too large to be compared here."),
    "web.check": N_("Check"),
    "web.check_key": N_("{keys} checks your code"),
    "web.check_of": N_("Check of {name}"),
    "web.check_passed": N_("Correct on the public cases. The hidden cases run when you submit."),
    "web.checking": N_("Checking …"),
    "web.class": N_("The class"),
    "web.close_account": N_("Close the account"),
    "web.close_is": N_(
        "Nobody can log in with a closed account, in the browser or with a token. Its submissions stay, and the "
        "account can be opened again."
    ),
    "web.code": N_("The code"),
    "web.code_given": N_("Given code"),
    "web.code_run": N_("Try it in a notebook"),
    "web.comes_of_it": N_("What happens"),
    "web.copied": N_("Copied"),
    "web.copy": N_("Copy"),
    "web.course": N_("Course"),
    "web.course_add": N_("Add a course"),
    "web.courses": N_("Courses"),
    "web.days": N_("{count} days"),
    "web.device_unknown": N_("Unknown device"),
    "web.done_added": N_("The course was added. Invite its first people."),
    "web.done_ended": N_("Ended."),
    "web.done_made": N_("Done."),
    "web.done_opened": N_("Open again."),
    "web.done_removed": N_("Removed from the course. Their submissions stay."),
    "web.done_role": N_("The role was changed."),
    "web.done_saved": N_("Saved."),
    "web.draft_again": N_(
        "This unit was changed in another window after you opened this page. The fields below hold your text. To keep "
        "it instead of the other one, press the button again."
    ),
    "web.draft_elsewhere": N_("This unit was changed in another window. Which text do you want to keep?"),
    "web.draft_mine": N_("This one"),
    "web.draft_other": N_("The other one"),
    "web.earlier": N_("Earlier"),
    "web.email": N_("E-mail"),
    "web.end": N_("End"),
    "web.end_others": N_("Log out all other browsers"),
    "web.error": N_("This request cannot be read. Go back and try again."),
    "web.error_401": N_("Log in first."),
    "web.error_403": N_("This is not allowed."),
    "web.error_404": N_("There is nothing here."),
    "web.error_413": N_("This is too large. Hand in less."),
    "web.error_429": N_("Too many tries. Wait five minutes, then try again."),
    "web.exercise_checked": N_("correct on the public cases"),
    "web.exercise_passed": N_("passed"),
    "web.exercise_untouched": N_("not started"),
    "web.exercise_work": N_("in progress"),
    "web.exercises": N_("Exercises"),
    "web.failures": N_("Internal errors: look at these first"),
    "web.file_added": N_("new file"),
    "web.file_changed": N_("changed"),
    "web.file_removed": N_("no longer there"),
    "web.file_renamed": N_("was {name} before"),
    "web.file_unreadable": N_("cannot be read"),
    "web.first_admin": N_("The first admin"),
    "web.first_admin_is": N_("This link works once and creates an account with all rights."),
    "web.first_found": N_("Only the first {count} are shown. Search for a name."),
    "web.folder": N_("Folder on the server"),
    "web.folder_is": N_(
        "It must hold a course: course.toml, exercises and references. Its Python files run in the service, so "
        "name only folders that nobody else can write to."
    ),
    "web.for_whom": N_("For"),
    "web.go_on": N_("Continue: {title}"),
    "web.has_account": N_("Do you already have an account?"),
    "web.invitation": N_("Invitation"),
    "web.invitations": N_("Invitations"),
    "web.invite": N_("Invite"),
    "web.invite_class": N_("A class"),
    "web.invite_class_is": N_(
        "One link that lets in as many students as you choose. Anyone who has it can use it: share it only with the "
        "class."
    ),
    "web.invite_one": N_("One person"),
    "web.invited_as": N_("You have been invited. Your role: {role}."),
    "web.joined": N_("In the course since"),
    "web.language": N_("Language"),
    "web.last_active": N_("Last activity"),
    "web.last_check": N_("Last check"),
    "web.last_login": N_("Last login"),
    "web.last_used": N_("last used"),
    "web.line": N_("Line"),
    "web.link": N_("Link"),
    "web.link_make": N_("Make a link"),
    "web.link_new": N_("The new link"),
    "web.link_once": N_("Copy it now and send it: it is not shown again."),
    "web.link_uses": N_("How many students"),
    "web.log": N_("Log"),
    "web.log_admin_ended": N_("{subject}: no longer an admin"),
    "web.log_admin_made": N_("{subject}: made an admin"),
    "web.log_cancelled": N_("cancelled a submission"),
    "web.log_course_added": N_("added the course"),
    "web.log_course_archived": N_("archived the course"),
    "web.log_course_edited": N_("changed the course's title, term, folder or opening"),
    "web.log_course_opened": N_("opened the course again"),
    "web.log_in": N_("Log in"),
    "web.log_invitation_revoked": N_("revoked a link for the role {role}: {about}"),
    "web.log_invited": N_("made a link for the role {role}: {about}"),
    "web.log_is": N_("Who changed what in this course, the newest first."),
    "web.log_link_made": N_("{subject}: made a link to log in"),
    "web.log_link_used": N_("used a link to log in"),
    "web.log_login_ended": N_("logged out one browser"),
    "web.log_logins_ended": N_("logged out other browsers"),
    "web.log_member_removed": N_("{subject}: removed from the course"),
    "web.log_out": N_("Log out"),
    "web.log_out_everywhere": N_("Log out everywhere"),
    "web.log_password_set": N_("{subject}: new password"),
    "web.log_places": N_("for {count} people"),
    "web.log_regraded": N_("{subject}: a submission is graded again ({about})"),
    "web.log_role_set": N_("{subject}: is now {role}"),
    "web.log_roster_imported": N_("imported a roster of {about} people"),
    "web.log_token_ended": N_("ended a token"),
    "web.log_token_made": N_("made a token"),
    "web.log_user_added": N_("{subject}: new account"),
    "web.log_user_disabled": N_("{subject}: account closed"),
    "web.log_user_enabled": N_("{subject}: account opened again"),
    "web.logged_in_at": N_("Logged in"),
    "web.login_link": N_("A new password"),
    "web.login_link_for": N_(
        "Choose a new password for {name}. You are then logged in here and logged out everywhere else."
    ),
    "web.login_link_is": N_(
        "For someone who has forgotten their password: a link to choose a new one, once, within two days. No e-mail "
        "is sent. Give it only to the account's owner."
    ),
    "web.login_link_once": N_("Copy it now and give it to this person: it is not shown again."),
    "web.lost": N_("The service cannot be reached. Your text stays in this window and will be sent again."),
    "web.map": N_("Units"),
    "web.name": N_("Name"),
    "web.new_link": N_("Make a new link"),
    "web.next_unit": N_("Next unit: {title}"),
    "web.no_account": N_("You get an account with an invitation from your course."),
    "web.no_attempts": N_("Nothing yet."),
    "web.no_courses": N_("You are not in any course yet. Open your invitation link."),
    "web.no_lesson": N_("This unit has no lesson here. Hand in a file."),
    "web.no_links": N_("There are no open links."),
    "web.no_mail": N_("The service sends no e-mail: copy each link and send it yourself."),
    "web.no_students": N_("No students yet."),
    "web.nobody_found": N_("Nobody found."),
    "web.nobody_yet": N_("Nobody yet. Make a link or import a roster."),
    "web.not_a_file": N_("{name!r} cannot be handed in. Choose a .py, .ipynb or .zip file."),
    "web.not_in_yet": N_("not logged in yet"),
    "web.now": N_("Last seen at"),
    "web.number": N_("Student number"),
    "web.open_account": N_("Open the account again"),
    "web.open_links": N_("Open links"),
    "web.opens": N_("Opens"),
    "web.opens_is": N_("Students see the course from then on. Leave it empty to open at once. Server time ({zone})."),
    "web.password": N_("Password"),
    "web.password_again": N_("Password again"),
    "web.password_change": N_("Change the password"),
    "web.password_ends": N_("All other browsers are logged out."),
    "web.password_is": N_("At least 10 characters."),
    "web.password_new": N_("New password"),
    "web.password_now": N_("Current password"),
    "web.passwords_differ": N_("The two passwords differ. Type the same one twice."),
    "web.people": N_("People"),
    "web.received": N_("{name}, received"),
    "web.remove": N_("Remove from the course"),
    "web.remove_is": N_(
        "They no longer see the course, and their own links to it stop working. Staff keep their submissions, which "
        "are there again if they come back. A class link that is still open lets them in again: revoke it."
    ),
    "web.remove_name": N_("Remove {name}"),
    "web.revoke": N_("Revoke"),
    "web.role": N_("Role"),
    "web.role_admin": N_("admin"),
    "web.role_assistant": N_("assistant"),
    "web.role_instructor": N_("instructor"),
    "web.role_student": N_("student"),
    "web.roles_are": N_(
        "Assistants see everything but change nothing here. Instructors invite, change roles and import rosters."
    ),
    "web.roster": N_("Roster"),
    "web.roster_done": N_("The roster was imported."),
    "web.roster_download": N_("Download the links (CSV)"),
    "web.roster_file": N_("List of students (CSV)"),
    "web.roster_import": N_("Import"),
    "web.roster_is": N_(
        "The export from Moodle or Canvas as it is, or a list with the columns name and email (and student number if "
        "you like). UTF-8 or CP949 (Excel), separated by commas, semicolons or tabs."
    ),
    "web.roster_links": N_("Links for new people"),
    "web.roster_links_once": N_(
        "One link per person who cannot log in yet, for their address only. Download them now and send them: they "
        "are not shown again."
    ),
    "web.roster_look": N_("Preview"),
    "web.roster_other": N_("Another file"),
    "web.roster_preview": N_("What would change"),
    "web.roster_read": N_("{name}, read as {encoding}. Nothing has been changed yet."),
    "web.roster_safe": N_("A roster removes nobody and changes nobody's role."),
    "web.row_absent": N_("not on the list"),
    "web.row_bad": N_("cannot be read"),
    "web.row_joins": N_("has an account, joins"),
    "web.row_line": N_("Line {line}"),
    "web.row_new": N_("new"),
    "web.row_renamed": N_("changed"),
    "web.row_same": N_("already there"),
    "web.same": N_("No difference: the code is the same."),
    "web.save": N_("Save"),
    "web.saved": N_("Draft saved"),
    "web.saving": N_("Saving the draft …"),
    "web.search": N_("Search"),
    "web.search_people": N_("Name, e-mail or number"),
    "web.session_over": N_("You are logged out. Your text stays in this window: log in and continue."),
    "web.sessions": N_("Where you are logged in"),
    "web.show_findings": N_("Show the findings"),
    "web.since": N_("Since"),
    "web.site": N_("Site"),
    "web.skip": N_("Skip to the content"),
    "web.slug": N_("Short name"),
    "web.slug_is": N_("It is part of the course's address and cannot be changed: lower-case letters, digits, hyphens."),
    "web.staff_pages": N_("Pages of the course"),
    "web.state": N_("State"),
    "web.state_cancelled": N_("cancelled"),
    "web.state_done": N_("graded"),
    "web.state_leased": N_("being graded"),
    "web.state_quarantined": N_("could not be graded; your staff will look at it"),
    "web.state_queued": N_("waiting"),
    "web.student": N_("Student"),
    "web.students": N_("students"),
    "web.submit": N_("Submit the unit"),
    "web.submit_file": N_("Hand in the file"),
    "web.term": N_("Term"),
    "web.the_service": N_("the service"),
    "web.this_browser": N_("this browser"),
    "web.title_en": N_("Title in English"),
    "web.title_ko": N_("Title in Korean"),
    "web.titles_are": N_("Leave empty to use the titles in the course's own files."),
    "web.to_courses": N_("To the courses"),
    "web.to_people": N_("To the people of the course"),
    "web.token_make": N_("Make a token"),
    "web.token_name": N_("What it is for"),
    "web.token_once": N_("Copy the token now: it is not shown again."),
    "web.tokens": N_("Tokens"),
    "web.tokens_are": N_("With a token, the terminal and notebooks can hand in for you."),
    "web.unit_passed": N_("Everything in this unit is correct. Well done."),
    "web.unsaved": N_("Draft not saved"),
    "web.until": N_("Until"),
    "web.upload": N_("Hand in a file, notebook or archive"),
    "web.used": N_("Used"),
    "web.valid_for": N_("Valid for"),
    "web.waits_for_link": N_(
        "They are on the list and join the course once they use one of its links. If theirs is lost, make a new one."
    ),
    "web.what": N_("What"),
    "web.who": N_("Who"),
    "web.whoever": N_("anyone who has it"),
    "web.workers": N_("graders ready"),
    "web.wrong_login": N_("The e-mail address or the password is wrong. Try again."),
    "web.your_code": N_("Your code for {name}"),
}
